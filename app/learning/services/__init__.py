"""Lessons and paths; a person's progress; real acts and what came of them; what has changed since; personal data."""
