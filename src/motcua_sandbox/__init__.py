"""The national systems, simulated for development and tests; it shares no code with the product."""
