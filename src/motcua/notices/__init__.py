"""Messages to citizens and officers. Not built yet: nothing here answers."""
