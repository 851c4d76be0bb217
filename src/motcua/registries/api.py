"""The one door to the registers. Not built yet: nothing here answers."""
