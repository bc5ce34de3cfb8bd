"""Fuzzes one target, with atheris where it is installed, otherwise with random changes of examples."""

from __future__ import annotations

import argparse
import faulthandler
import random
import sys
import time
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

FOUND = Path("build") / "fuzz"
"""Where inputs are kept that break a promise; those that are mended belong to `tests/fuzz/findings`."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0, help="of the random changes; 0 for a new one each time")
    given = parser.parse_args()
    FOUND.mkdir(parents=True, exist_ok=True)
    run = with_atheris if find_spec("atheris") else with_changes
    run(given.target, given.seconds, given.seed)


def with_atheris(target: str, seconds: int, seed: int) -> None:
    import atheris

    with atheris.instrument_imports(include=["reporter"]):
        from .targets import TARGETS
    from .seeds import SEEDS, WORDS

    corpus = FOUND / f"corpus-{target}"
    corpus.mkdir(exist_ok=True)
    for data in SEEDS[target]:
        (corpus / sha256(data).hexdigest()[:16]).write_bytes(data)
    words = FOUND / "words"
    words.write_text("".join('"' + "".join(f"\\x{byte:02x}" for byte in word) + '"\n' for word in WORDS))
    options = [f"-max_total_time={seconds}", "-max_len=4096", "-timeout=20", "-rss_limit_mb=2048", f"-seed={seed}"]
    atheris.Setup(
        [sys.argv[0], *options, f"-dict={words}", f"-artifact_prefix={FOUND}/{target}-", str(corpus)], TARGETS[target]
    )
    atheris.Fuzz()


def with_changes(target: str, seconds: int, seed: int) -> None:
    from .seeds import SEEDS, WORDS
    from .targets import TARGETS

    chance = random.Random(seed or None)
    end, count, found = time.monotonic() + seconds, 0, 0
    while time.monotonic() < end:
        data = changed(chance.choice(SEEDS[target]), chance, WORDS)
        faulthandler.dump_traceback_later(20, exit=True)
        (FOUND / f"{target}-now").write_bytes(data)
        try:
            TARGETS[target](data)
        except Exception as error:
            found += 1
            path = FOUND / f"{target}-{type(error).__name__}-{sha256(data).hexdigest()[:8]}"
            path.write_bytes(data)
            print(f"{path}: {type(error).__name__}: {error}", flush=True)
        faulthandler.cancel_dump_traceback_later()
        count += 1
    print(f"{target}: {count:,} inputs, {found} findings")
    sys.exit(found > 0)


def changed(data: bytes, chance: random.Random, words: list[bytes]) -> bytes:
    """Insert, remove, repeat, move and change pieces of an input."""
    for _ in range(chance.randint(1, 8)):
        first, last = sorted(chance.randint(0, len(data)) for _ in range(2))
        last = min(last, first + chance.choice([1, 4, 64]))
        piece = data[first:last]
        kind = chance.randrange(5)
        new = (chance.choice(words), b"", piece * chance.randint(2, 9), bytes([chance.randrange(256)]), piece[::-1])[
            kind
        ]
        data = data[:first] + new + (data[first:] if kind == 0 else data[last:])
    return data[:8192]


if __name__ == "__main__":
    main()
