"""Prices, moves of money and numbers of receipts: arithmetic without a database."""
