"""The tables of evidence and every query on them."""
