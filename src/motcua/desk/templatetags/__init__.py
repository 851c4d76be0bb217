"""What the desk's templates may ask."""
