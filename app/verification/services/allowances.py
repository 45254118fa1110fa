"""How often one address may check."""

from __future__ import annotations

from app.light import Allowance

#: Checks by code: sixty a minute and a thousand an hour, by address.
CHECKS = Allowance("checks", (60, 60), (1000, 3600))
#: Credentials checked many at once, by address: a full request a minute, six an hour.
BATCHES = Allowance("batches", (500, 60), (3000, 3600))
#: Requests to check PDFs among many, by address: one may take a minute of processes that read them.
FILES = Allowance("files", (20, 60), (200, 3600))
