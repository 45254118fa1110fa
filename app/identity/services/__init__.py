"""One file per family of verbs; callers import the file they need."""
