"""Citizens' pages: find a procedure, file a dossier, follow it, keep the result."""
