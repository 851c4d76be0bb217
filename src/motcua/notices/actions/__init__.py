"""Writes of notices: planning what to tell, handing it over, noting what became of it, and people's choices."""
