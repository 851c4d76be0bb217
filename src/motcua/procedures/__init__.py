"""The catalogue of administrative procedures, in dated versions."""
