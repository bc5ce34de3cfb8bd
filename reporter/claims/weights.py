"""Tells which weights the score is of that a claim agrees with, and whether the claim names others."""

from __future__ import annotations

from reporter.claims.claim import Claim
from reporter.claims.judge import Match
from reporter.facts.kept import Kept
from reporter.facts.weights import Weights, weights_of


class ScoreWeights:
    """Compares the weights that claims name with those that the scores of logs are of."""

    def __init__(self) -> None:
        self._cache: dict[int, dict[int, Weights]] = {}

    def differ(self, claim: Claim, match: Match) -> bool:
        """Tells whether a claim names other weights than those of the score that has its value.

        Args:
            claim: The claim.
            match: Its comparison with a run.

        Returns:
            Whether the log tells which weights the score is of, and they are others. Restored weights, those of a best
            checkpoint and those of the best epoch of any validation metric are all called the best ones.
        """
        found = self._of(match) if claim.weights else None
        if not found or not found.epochs or found.kind == "unknown":
            return False
        kept = Kept(match.known.run)
        if claim.weights == "best":
            best = (epoch in kept.saved_best or kept.peak(epoch) for epoch in found.epochs)
            return found.kind != "restored" and not any(best)
        return (kept.last if claim.weights == "last" else int(claim.weights)) not in found.epochs

    def words(self, claim: Claim, match: Match) -> str:
        """Names the weights of a score, to stand behind it; empty if the log does not tell and no words name them."""
        found = self._of(match)
        if not found or (found.kind == "unknown" and not claim.weights):
            return ""
        return f"; its weights{' are others' if self.differ(claim, match) else ''}: {found.text}"

    def _of(self, match: Match) -> Weights | None:
        """Finds the weights of the score that a claim agrees with; None if it agrees with another value."""
        score = match.fits
        if not score or score.kind != "score":
            return None
        logs = {id(log): log for log, _ in match.known.evaluations if log.path == score.path}
        for run in (run for log in logs.values() for run in log.runs):
            if id(run) not in self._cache:
                self._cache[id(run)] = {weights.line: weights for weights in weights_of(run)}
            if score.line in self._cache[id(run)]:
                return self._cache[id(run)][score.line]
        return None
