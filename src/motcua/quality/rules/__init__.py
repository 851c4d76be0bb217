"""Pure record linkage: columns in, links out; no database, no network, no Django."""
