"""Small shared pieces that know nothing of the domain."""
