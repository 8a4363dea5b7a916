"""What every route shares: strict reading, problem details, ETags, cursors, sessions, the request log."""
