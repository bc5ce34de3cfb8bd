"""Fills the page on the command line with the help of every command, when MkDocs builds the site."""

from __future__ import annotations

import html
import inspect
import re
from collections.abc import Iterator
from typing import Any

import click

from reporter.cli import main

_PLACE = "<!-- commands -->"


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Put the help of all commands where a page asks for it."""
    return markdown.replace(_PLACE, reference()) if _PLACE in markdown else markdown


def reference() -> str:
    """Write the help of all commands as Markdown."""
    root = click.Context(main, info_name="reporter")
    return "\n\n".join(part for name in main.list_commands(root) for part in _command(root, name))


def _command(root: click.Context, name: str) -> Iterator[str]:
    command = main.get_command(root, name)
    assert command
    context = click.Context(command, info_name=name, parent=root)
    yield f"## reporter {name}"
    usage = " ".join(command.collect_usage_pieces(context))
    yield f"```text\n{context.command_path} {usage}\n```"
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        yield _as_code(paragraph) if paragraph.startswith("\b\n") else _escaped(paragraph)
    yield "\n".join(["| option | meaning |", "|---|---|", *_options(command, context)])


def _as_code(paragraph: str) -> str:
    """Keep the lines of a paragraph that click does not wrap."""
    return f"```text\n{inspect.cleandoc(paragraph.removeprefix(chr(8)))}\n```"


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    for parameter in command.get_params(context):
        flags, meaning = parameter.get_help_record(context) or ("", "")
        if meaning:  # the text above explains arguments
            flags = html.escape(flags).replace("|", "&#124;")  # a table would end its cell at this character
            yield f"| <code>{flags}</code> | {_escaped(meaning)} |"


def _escaped(text: str) -> str:
    r"""Escape what Markdown would take for markup, except for code in backticks."""
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(each if each.startswith("`") else re.sub(r"([\\*_<>|\[\]])", r"\\\1", each) for each in parts)
