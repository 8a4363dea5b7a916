"""Idempotency keys and their answers."""
