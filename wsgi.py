"""The process that serves: reads the environment, once, and refuses it with all its problems at once."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from dotenv import dotenv_values

from app import telemetry
from app.factory import create_app
from app.settings import Settings, SettingsError
from quizzes.errors import ContentError

_FILE = {name: value for name, value in dotenv_values(Path(__file__).with_name(".env")).items() if value is not None}

try:
    settings = Settings.from_env({**_FILE, **os.environ})
except SettingsError as error:
    sys.exit(str(error))

telemetry.configure_logs()
try:
    app = create_app(settings)
except ContentError as error:
    sys.exit(f"The content cannot be used:\n{error}")
if settings.embedded_worker:
    app.extensions["numericite.outbox"].start()
