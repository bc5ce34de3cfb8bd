"""Training logs in, results you can trust out."""

from reporter.model import Epoch, Evaluation, Log, Message, Run
from reporter.reading.reader import Reader, read_log

__all__ = ["Epoch", "Evaluation", "Log", "Message", "Reader", "Run", "read_log"]
