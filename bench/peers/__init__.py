"""The other engines, and what is the same for all of them."""
