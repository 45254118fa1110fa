"""The label: application, proofs, decisions, suspension, appeal. The rules are in `certificates/label.py`."""
