"""Dossiers from the first click to a signed paper that anybody can verify."""
