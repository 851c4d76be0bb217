"""Reads of dossiers: lists, one dossier, its history, tracking, reports."""
