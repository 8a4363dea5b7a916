"""Assessment of medical alliances: official scoring tables as data, evidence in, exact score sheets out."""
