"""Writes of the REST door: the systems that may call, what they hand in, what they want to be told."""
