"""Public verification, without login or cookie: page, PDF check, JSON API, keys and status lists."""
