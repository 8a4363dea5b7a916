"""The tables of this room, all append-only (triggers), and every query on them."""
