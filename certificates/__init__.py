"""Certificates: what a credential states, how it is signed, checked, published and withdrawn.

Here: the statement (`credential`), the names it may carry (`names`), its public address (`reference`), the keys
(`keys`), the signed token (`open_badge`), the status lists (`status`), the page (`document`), its seal (`seal`) and
the numbered steps of verification (`verification`).

Not here: people, tables, requests and the register. Whether a credential was revoked is a fact of the register.

Start with `credential.py`, then `verification.py`.
"""
