"""Commands of the operator: thin like views. Parse, call one service, commit, say one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.commands import (
    appeals,
    batch,
    content,
    demonstration,
    keys,
    measuring,
    operation,
    rehearsal,
    standalone,
    transparency,
)

if TYPE_CHECKING:
    from flask import Flask

#: Work from a clean clone, without settings, keys or database.
STANDALONE = tuple(command.name or "" for command in (*standalone.COMMANDS, *content.COMMANDS))


def install_standalone(app: Flask) -> None:
    """Add the commands that need nothing."""
    for command in (*standalone.COMMANDS, *content.COMMANDS):
        app.cli.add_command(command)


def install(app: Flask) -> None:
    """Add every command."""
    install_standalone(app)
    groups = (operation, batch, keys, transparency, measuring, appeals, rehearsal, demonstration)
    for command in (command for group in groups for command in group.COMMANDS):
        app.cli.add_command(command)
