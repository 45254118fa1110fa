"""This room has no table of its own: it is a desk over the others'."""
