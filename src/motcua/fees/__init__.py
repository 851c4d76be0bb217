"""Fees and charges: what a filing costs by the dated tariff, payments at the counter, gap-free receipts."""
