"""Values in, files out and back: what leaves the service as a file and has to mean the same without it."""
