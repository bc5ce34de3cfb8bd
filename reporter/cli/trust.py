"""Options that say which files and addresses may be read that a file names: a marker, or `pyproject.toml`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from reporter.cli.options import add_options
from reporter.cli.settings import CONFIG

if TYPE_CHECKING:
    from reporter.sources.bounds import Bounds

_OUTSIDE, _NETWORK = "reporter.allow-outside", "reporter.allow-network"
"""The keys of `click.Context.meta` that hold whether `--allow-outside` and `--allow-network` are given."""


def _confine(ctx: click.Context, _: click.Parameter, folder: Path | None) -> None:
    if folder:
        from reporter.sources.bounds import Bounds, within

        ctx.with_resource(within(Bounds(os.path.realpath(folder), False, f" (--inside {folder})")))


def _allow(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    ctx.meta[_OUTSIDE if param.name == "allow_outside" else _NETWORK] = value


inside_option = click.option(
    "--inside",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    expose_value=False,
    is_eager=True,
    callback=_confine,
    help="Read no file outside of DIR, not through links either, and no address, whatever names it.",
)
"""Adds the option for continuous integration on what strangers propose."""

trust_options = add_options(
    inside_option,
    click.option(
        "--allow-outside",
        is_flag=True,
        expose_value=False,
        callback=_allow,
        help="Let markers and pyproject.toml name files outside of the repository.",
    ),
    click.option(
        "--allow-network",
        is_flag=True,
        expose_value=False,
        callback=_allow,
        help="Let markers and pyproject.toml name addresses.",
    ),
)
"""Adds the options of commands that read logs which a file names."""


def bounds_beside(path: Path) -> Bounds:
    """Returns what a file may name: files in its git repository, or in its folder if there is none."""
    from reporter.sources.bounds import Bounds, repository_of

    meta = click.get_current_context().meta
    outside, network = meta.get(_OUTSIDE, False), meta.get(_NETWORK, False)
    missing = [name for name, given in (("--allow-outside", outside), ("--allow-network", network)) if not given]
    hint = f"; if you trust what names it, add {' or '.join(missing)}"
    return Bounds(None if outside else repository_of(path), network, hint)


@contextmanager
def configured(*parameters: str) -> Iterator[None]:
    """Holds the bounds of `pyproject.toml` while the block runs, if a parameter has its value from there."""
    from reporter.sources.bounds import within

    context = click.get_current_context()
    if all(context.get_parameter_source(each) is not ParameterSource.DEFAULT_MAP for each in parameters):
        yield
        return
    with within(bounds_beside(context.meta[CONFIG])):
        yield
