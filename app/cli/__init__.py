"""The command line: read, one call, print, exit code (0; 1 when an input was bad; 2 when the command was misused)."""
