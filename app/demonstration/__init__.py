"""A city that does not exist, for looking at the service: built through the services, the same every time."""
