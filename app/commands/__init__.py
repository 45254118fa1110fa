"""Commands of the operator: thin like views. Parse, call one service, commit, say one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.commands import demonstration, operation, standalone

if TYPE_CHECKING:
    from flask import Flask

#: Work from a clean clone, without settings, keys or database.
STANDALONE = tuple(command.name or "" for command in standalone.COMMANDS)


def install_standalone(app: Flask) -> None:
    """Add the commands that need nothing."""
    for command in standalone.COMMANDS:
        app.cli.add_command(command)


def install(app: Flask) -> None:
    """Add every command."""
    install_standalone(app)
    for command in (*operation.COMMANDS, *demonstration.COMMANDS):
        app.cli.add_command(command)
