"""QĐ 766 and other indices, computed from evidence. Not built yet: nothing here answers."""
