"""Takes the national catalogue's exports, in the shapes they come in, and makes contents of them."""
