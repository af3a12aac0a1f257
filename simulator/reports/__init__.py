"""Reports: what the records of a data set say about the paper, as files to keep and to send."""

from .reproduction import write_reproduction

__all__ = ["write_reproduction"]
