"""Receipts: deliveries with a key that had their effect, and what was answered, so that a second one has none."""
