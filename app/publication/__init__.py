"""What the public reads of labels: the register, its answers to software, who asked to be told of changes, the yearly report."""
