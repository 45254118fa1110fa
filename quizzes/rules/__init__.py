"""What is demanded of content, beyond the form that loading checks: one named rule each, each a pure function of the corpus.

Structure is always demanded; quality and amounts only when asked for, since a bank under construction lacks some of them. Begin with
`report.py`; the figures themselves are in `demands.py`. A rule is added there, and broken once in `tests/domain/test_rules.py`.
"""
