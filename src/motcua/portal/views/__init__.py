"""The portal's pages: each makes one domain call and turns its refusal into words."""
