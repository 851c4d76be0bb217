"""The account-holding bank, simulated."""
