"""Composes messes: printed trainings that are disturbed at random, together with the facts that must be read of them."""
