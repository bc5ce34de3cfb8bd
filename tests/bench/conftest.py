"""Gathers what the benchmarks measured into a table for people, and puts it into the documentation if asked to."""

from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"
BEGIN, END = "<!-- BEGIN_BENCHMARK -->", "<!-- END_BENCHMARK -->"


class Table:
    """Holds a row for each measurement."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str]] = []

    def add(self, what: str, measured: str) -> None:
        self.rows.append((what, measured))

    def __str__(self) -> str:
        return "\n".join(
            ["| what | measured |", "|---|---|", *(f"| {what} | {value} |" for what, value in sorted(self.rows))]
        )


TABLE = Table()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-readme", action="store_true", help="Put the table into docs/performance.md.")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Run benchmarks one at a time, in this process, whatever `addopts` says."""
    config.option.numprocesses, config.option.dist = 0, "no"


@pytest.fixture
def table() -> Table:
    return TABLE


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if not TABLE.rows:
        return
    terminalreporter.write_line(f"\n{TABLE}")
    if config.getoption("--update-readme", default=False):
        text = PAGE.read_text(encoding="utf-8")
        before, after = text[: text.index(BEGIN)], text[text.index(END) :]
        PAGE.write_text(f"{before}{BEGIN}\n\n{TABLE}\n\n{after}", encoding="utf-8")
