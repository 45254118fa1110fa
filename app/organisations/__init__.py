"""Organisations: accredited structures, their members, declared ties between people, who saw reserved items."""
