"""How often the register may be asked by software."""

from __future__ import annotations

from app.light import Allowance

#: Exact reads by software without a key: sixty a minute and a thousand an hour, by address.
READS = Allowance("register-reads", (60, 60), (1000, 3600))
#: Reads under a key, by key: a page of two hundred twice a second.
KEYS = Allowance("register-keys", (120, 60), (3000, 3600))
#: Badges, by address: a page may show several, and a whole office may look at it.
BADGES = Allowance("register-badges", (240, 60), (6000, 3600))
