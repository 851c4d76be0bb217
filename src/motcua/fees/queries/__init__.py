"""Reads of `fees`: what a filing costs, payments, receipts, reconciliations."""
