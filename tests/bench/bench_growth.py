"""Measures how the time of each stage grows with its input: `pytest tests/bench/bench_growth.py`.

`tests/test_growth.py` counts calls, which does not depend on the load of the machine; this also sees time that is spent
within one call, such as a regular expression that backtracks.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from test_growth import STAGES


def seconds(work: Callable[[], object]) -> float:
    """Measure the processor time of the fastest of five runs."""
    times = []
    for _ in range(5):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return min(times)


@pytest.mark.parametrize(("n", "make"), STAGES.values(), ids=STAGES.keys())
def test_time_grows_with_the_input(n: int, make: Callable[[int], Callable[[], object]]) -> None:
    """Four times the input would take sixteen times as long if time were quadratic."""
    make(n)()
    few, many = (seconds(make(size)) for size in (4 * n, 16 * n))
    assert many <= 9 * few + 0.003
