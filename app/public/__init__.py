"""Pages that belong to no capability: home, comfort, legal texts, health of the service."""
