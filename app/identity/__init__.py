"""How people prove who they are beyond the address: providers, passkeys, the professional number."""
