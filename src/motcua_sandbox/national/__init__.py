"""The National Public Service Portal, simulated."""
