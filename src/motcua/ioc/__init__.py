"""Leaders' pages: what the evidence says today."""
