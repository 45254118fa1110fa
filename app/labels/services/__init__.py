"""What is done with labels, one file per family of verbs."""
