"""Files, PDFs, signatures and the citizen's wallet."""
