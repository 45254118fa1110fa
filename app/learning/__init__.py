"""Learning paths and modules, and a person's progress through them."""
