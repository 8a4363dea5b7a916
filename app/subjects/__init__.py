"""Who is evaluated: institutions, alliances with dated memberships, and the other subjects."""
