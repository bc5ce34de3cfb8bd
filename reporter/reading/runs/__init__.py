"""Puts events together into runs: gathers them into spans, weighs evidence, and concludes."""
