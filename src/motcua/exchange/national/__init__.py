"""Tells the national portal of every dossier, in each dossier's own order, and reads back what it holds."""
