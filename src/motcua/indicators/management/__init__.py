"""Commands of `motcua indicators`."""
