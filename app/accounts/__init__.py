"""People and what they show: accounts, passwords, sessions, tokens."""
