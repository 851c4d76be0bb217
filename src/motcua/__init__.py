"""motcua is a province's digital government in one install."""
