"""Lists the operators, and applies random sequences of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

from messes import callbacks, edits, losses, newlines, prefixes, results, runs
from messes.document import CannotApplyError, Document
from messes.trainings import draw_document

Operator: TypeAlias = Callable[[Document, Random], None]
"""Disturbs a document, or raises `CannotApplyError` before it has changed anything."""

STAGES: dict[str, tuple[Operator, ...]] = {
    "trained": (
        runs.crash_in_first_epoch,
        runs.leave_in_first_epoch,
        runs.interrupt_and_resume,
        runs.fit_one_epoch_between,
        runs.fit_one_epoch_many_times,
        runs.evaluate_first,
        runs.evaluate_again,
        runs.predict_after,
    ),
    "printed": (
        callbacks.print_within,
        callbacks.predict_within,
        callbacks.predict_over_bar,
        callbacks.evaluate_within,
        callbacks.echo_header,
        callbacks.echo_result,
        callbacks.echo_result_after,
        callbacks.echo_epoch,
        callbacks.repeat_result,
        callbacks.warn_between,
        callbacks.count_past_end,
        callbacks.reach_unknown_total,
        callbacks.stop_on_nan,
    ),
    "copied": (
        losses.drop_first_header,
        losses.drop_first_epochs,
        losses.drop_middle_header,
        losses.drop_all_headers,
        losses.break_off,
        results.cut_result,
        losses.drop_progress,
        losses.drop_messages,
        losses.drop_empty_lines,
        results.lose_blanks,
        results.add_blanks,
        results.remove_bars,
        results.shorten_bars,
        results.remove_times,
        results.replace_separators,
        results.set_bold,
        results.decorate_headers,
        results.leave_stale_tail,
        newlines.glue_to_unfinished,
        newlines.glue_header,
        newlines.glue_result,
        newlines.join_lines,
        newlines.wrap,
        newlines.lose_redraws,
        newlines.redraw_on_new_lines,
        newlines.show_backspaces,
        newlines.lose_escapes,
    ),
    "published": (
        prefixes.mix_two_processes,
        edits.evaluate_in_next_cell,
        edits.divide_into_cells,
        edits.add_score,
        edits.print_history,
        edits.quote_best,
        edits.quote_last,
        edits.add_configurations,
        edits.add_commands,
        edits.add_summary,
        edits.add_download,
        edits.fence,
        edits.add_headings,
        edits.add_prose,
        prefixes.quote_block,
        prefixes.indent,
        prefixes.comment_out,
        prefixes.add_timestamps,
        prefixes.add_logger,
        prefixes.add_container,
        prefixes.number_lines,
        prefixes.list_lines,
        prefixes.set_in_html,
        newlines.end_lines_as_windows,
        newlines.add_empty_lines,
        newlines.break_lines_of_markdown,
    ),
}
"""The operators, by the stage in the life of a log at which they work; the stages come one after the other."""

OPERATORS: dict[str, Operator] = {
    operator.__name__.replace("_", " "): operator for stage in STAGES.values() for operator in stage
}
DEEPEST = 6


@dataclass(frozen=True)
class Mess:
    """Holds a document that was disturbed, and the names of the operators that disturbed it."""

    document: Document
    operators: tuple[str, ...]


def compose(random: Random, names: Sequence[str] = tuple(OPERATORS), deepest: int = DEEPEST) -> Mess:
    """Draw a document, and disturb it.

    Args:
        random: The source of chance.
        names: The operators to choose from.
        deepest: The largest number of them that are applied to one document.
    """
    order = list(OPERATORS)
    while True:
        document = draw_document(random)
        depth = random.randint(1, min(deepest, len(names)))
        chosen = sorted(random.sample(names, depth), key=order.index)
        applied = tuple(name for name in chosen if apply(OPERATORS[name], document, random))
        if applied:
            return Mess(document, applied)


def apply(operator: Operator, document: Document, random: Random) -> bool:
    """Apply an operator, and say whether it could be applied."""
    done = set(document.done)
    try:
        operator(document, random)
    except CannotApplyError:
        document.done = done
        return False
    return True
