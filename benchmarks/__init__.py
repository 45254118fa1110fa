"""One script per promise, each measured against a named baseline in the same run.

`python -m benchmarks` runs them all; `python -m benchmarks.NAME --json` runs one and ends with one line of JSON. A module whose
name begins with an underscore serves others and is not run.
"""
