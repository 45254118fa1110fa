"""Pages of the identity room, one file per subject; importing this registers them all on `blueprint`."""

from __future__ import annotations

from app.identity.views import keys, number, providers, security
from app.identity.views.providers import way_out
from app.identity.views.room import blueprint, confirm_first, parties, passkeys_elsewhere
from app.identity.views.security import ask_second

__all__ = ["ask_second", "blueprint", "confirm_first", "keys", "number", "providers", "security", "way_out"]


@blueprint.app_context_processor
def _ways_in() -> dict[str, object]:
    """Tell every template which providers are set up, and whether passkeys work at this address."""
    return {"ways_in": [provider.value for provider in parties()], "passkeys_elsewhere": passkeys_elsewhere}
