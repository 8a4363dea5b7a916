"""What can be done with rounds and the subjects in them."""
