"""What the room does, one file per family of verbs."""
