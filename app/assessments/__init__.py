"""One subject in one round: its sheet worked out from what was submitted, found and judged."""
