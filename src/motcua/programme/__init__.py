"""Đề án 06 as tasks: who, what, when, which product. Not built yet: nothing here answers."""
