"""Reads the arguments of the command, and prints what they ask for."""

from __future__ import annotations

import argparse

from messes.operators import DEEPEST, OPERATORS
from messes.report import markdown, results, table, worst


def main() -> None:
    """Compose messes, read them, and print what became of their facts."""
    parser = argparse.ArgumentParser(prog="python -m tests.messes", description=main.__doc__)
    parser.add_argument("--count", type=int, default=2000, help="number of documents (default: 2000)")
    parser.add_argument("--seed", type=int, default=0, help="another seed gives other documents (default: 0)")
    parser.add_argument("--deepest", type=int, default=DEEPEST, help="operators on one document, at most (default: 6)")
    parser.add_argument("--only", action="append", choices=[*OPERATORS], metavar="OPERATOR", help="use only these")
    parser.add_argument("--pairs", type=int, default=20, help="number of pairs to show, the worst first (default: 20)")
    parser.add_argument("--show", type=int, default=0, metavar="K", help="show the K worst documents")
    parser.add_argument("--markdown", action="store_true", help="print the operators as a table for the documentation")
    args = parser.parse_args()
    if args.markdown:
        print(markdown(), end="")
        return
    found = list(results(args.count, args.seed, args.only or tuple(OPERATORS), args.deepest))
    print(table(found, args.pairs))
    if args.show:
        print("\n" + worst(found, args.show))
