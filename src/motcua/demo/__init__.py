"""A synthetic province to try everything on, and the guided tour."""
