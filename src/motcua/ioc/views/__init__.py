"""The pages of the operations centre."""
