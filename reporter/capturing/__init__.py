"""Captures what a training prints, in a log that survives every kind of crash; training and Keras are not needed."""
