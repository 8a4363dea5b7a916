"""The engine: plain values in, a plain score sheet out; no database, no clock, no web."""
