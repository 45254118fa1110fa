"""The register: issue, download, share, revoke. The only place where the two domains meet."""
