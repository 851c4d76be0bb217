"""Pure Python: texts and their checks, the length of an SMS, the hours of the night, when to try again."""
