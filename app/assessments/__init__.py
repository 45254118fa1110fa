"""Sittings: positioning, practice and certification tests, their answers and results."""
