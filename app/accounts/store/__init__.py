"""The tables of this room, and every query on them."""
