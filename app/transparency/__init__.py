"""The transparency log: what happened to credentials, append-only, without a name, and the proofs that it is."""
