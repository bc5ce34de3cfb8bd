"""Trains the experiments; the only place that imports Keras."""
