"""What the `flask` command loads: the whole application where it is set up, else the commands that need nothing."""

from __future__ import annotations

import os
import sys

import click
from flask import Flask

from app import commands, factory
from app.settings import Settings, SettingsError
from certificates.errors import CertificateError
from quizzes.errors import ContentError


def create_app() -> Flask:
    """Return the application; where the settings or the keys are missing, or the content has faults, a bare one with the standalone commands.

    `flask setup`, `flask sample` and `flask content …` work from a clean clone, and prepare the rest.
    """
    try:
        return factory.create_app(Settings.from_env(os.environ))
    except (SettingsError, CertificateError, ContentError) as problem:
        if len(sys.argv) > 1 and sys.argv[1] not in commands.STANDALONE:
            remedy = "flask content check" if isinstance(problem, ContentError) else "flask setup"
            click.echo(f"{problem}\nRun `{remedy}` first. Until then: {', '.join(commands.STANDALONE)}.", err=True)
        bare = Flask("app")
        commands.install_standalone(bare)
        return bare
