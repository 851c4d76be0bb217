"""What every register shares: rows, sources, links to people. Not built yet: nothing here answers."""
