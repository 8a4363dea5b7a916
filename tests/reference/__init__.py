"""The plain slow reference interpreter of the scheme language, and the laws that the engine has to keep with it."""
