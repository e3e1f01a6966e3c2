"""``jcer``: one command, its parts loaded only when they are asked for.

The table below is every part there is. A part lives in a module of its own and is imported when its name is
typed, so that ``jcer calendar deadline`` never pays for the web or the database.
"""

from __future__ import annotations

from importlib import import_module

import click

from workflow_app.kernel.errors import JcerError

COMMANDS: dict[str, str] = {
    "init": "workflow_app.cli.init:init",
    "certificate": "workflow_app.cli.certificate:certificate",
    "history": "workflow_app.cli.history:history",
    "ledger": "workflow_app.cli.ledger:ledger",
    "trades": "workflow_app.cli.trades:trades",
    "serve": "workflow_app.cli.serve:serve",
    "tick": "workflow_app.cli.tick:tick",
    "users": "workflow_app.cli.users:users",
    "calendar": "workflow_app.cli.calendar:calendar",
    "diagrams": "workflow_app.cli.diagrams:diagrams",
}


class LazyGroup(click.Group):
    """A group whose commands are named by ``COMMANDS`` and imported on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order of the alphabet."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return the command, or ``None`` for a name not in the table."""
        target = COMMANDS.get(cmd_name)
        if target is None:
            return None
        module, _, attribute = target.partition(":")
        command = getattr(import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{target} is not a command")
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; an expected error becomes one line on stderr and exit 1, never a traceback."""
        try:
            return super().invoke(ctx)
        except JcerError as error:
            article = f"（{error.article}）" if error.article else ""
            raise click.ClickException(f"{error.message}{article}") from error


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="jcer", prog_name="jcer")
def main() -> None:
    """JCER 项目办理系统 (run the programme's system)."""
