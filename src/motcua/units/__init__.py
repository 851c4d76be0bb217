"""Administrative units and agencies through time."""
