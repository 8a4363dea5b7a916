"""Rounds and the subjects in them as plain values, for the other rooms and for answers."""
