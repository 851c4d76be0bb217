"""Officers' pages, by what the officer is doing."""
