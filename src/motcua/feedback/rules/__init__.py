"""Pure Python: was a petition handled in time?"""
