"""The REST door for other systems."""
