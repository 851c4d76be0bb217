"""What the screens share: tokens, pieces, form rendering, the pattern book."""
