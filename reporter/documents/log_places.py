"""Names the file and the line of a log for programs that show messages beside the lines of files."""

from __future__ import annotations

import posixpath
from pathlib import Path

from reporter.model import Log
from reporter.sources import git
from reporter.sources.names import is_address


def file_path(log: Log) -> str:
    """Returns the path of a log with slashes, relative to the working directory or, for a log in git, to its tree."""
    if git.is_git(log.path):
        return posixpath.normpath(git.working_tree_path(log.path))
    if is_address(log.path):
        return log.path
    path, here = Path(log.path), Path.cwd()
    return (path.relative_to(here) if path.is_relative_to(here) else path).as_posix()


def file_line(log: Log, line: int) -> int:
    """Returns the line in the file; 1 for a notebook, because its line numbers count lines of output."""
    return 1 if log.cells else line
