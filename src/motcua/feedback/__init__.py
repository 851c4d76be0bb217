"""Petitions (phản ánh, kiến nghị) and one-tap ratings: what citizens say of the service."""
