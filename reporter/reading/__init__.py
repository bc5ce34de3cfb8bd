"""Turns text into runs: the screen shows lines, a format gives events, and events are put together into runs."""
