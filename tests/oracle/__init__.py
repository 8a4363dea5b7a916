"""An independent reading of the Hangzhou table, and the engine held against it."""
