"""What the label demands, as data and pure functions; `certificates/label.py` says where to start."""
