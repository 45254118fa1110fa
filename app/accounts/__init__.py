"""People: guests and accounts, sign-in, sessions in browsers, cases they open, export and erasure of their data."""
