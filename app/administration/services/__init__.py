"""What the desk reads, decides and hands out across rooms."""
