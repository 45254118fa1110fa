"""Measuring: what a competency framework is, which item to ask next, what an answer proves.

Here: frameworks, items, the bank, grading, measurement, selection, sittings, modules and paths; their content in YAML and
Markdown. Not here: people, requests, databases, credentials. Nothing reads a clock or draws at random: moments and seeds
are arguments, so that a sitting replays to the same result.

Start with `sitting.py`, then `measurement.py`.
"""
