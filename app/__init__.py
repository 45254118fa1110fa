"""The shell: people, requests, tables and time around two plain packages, `quizzes` and `certificates`.

Start with `factory.py`, then one room from the bottom up: `assessments/models.py`, `services.py`, `views.py`.
"""
