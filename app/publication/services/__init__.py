"""What is done with the public face of labels, one file per family of verbs."""
