"""Officers' pages: receive, solve, sign and return dossiers."""
