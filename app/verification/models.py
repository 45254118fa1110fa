"""This room keeps nothing: a check leaves no trace of who was looked up."""
