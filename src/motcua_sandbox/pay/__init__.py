"""The national payment platform, simulated."""
