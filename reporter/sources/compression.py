"""Opens compressed files by what they begin with, and stops at one that is made to burst."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO, Protocol, cast

from reporter.errors import SourceError

_ENOUGH = 64 << 20
_RATIO = 400
"""Beyond `_ENOUGH` bytes, a log that grows by more than this is none: text of progress bars shrinks to a hundredth."""


class Readable(Protocol):
    """Is what bytes can be read from."""

    def read(self, size: int, /) -> bytes:
        """Read at most that many bytes."""


def _zstd(file: Readable) -> Readable:
    try:
        import zstandard
    except ImportError:
        raise SourceError("compressed with Zstandard; pip install 'keras-reporter[zstd]' to read it") from None
    unpacked: Readable = zstandard.ZstdDecompressor().stream_reader(cast("BinaryIO", file), read_across_frames=True)
    return unpacked


def _gzip(file: Readable) -> Readable:
    import gzip

    return gzip.GzipFile(fileobj=cast("BinaryIO", file))


def _bzip2(file: Readable) -> Readable:
    import bz2

    return bz2.BZ2File(cast("BinaryIO", file))


def _xz(file: Readable) -> Readable:
    import lzma

    return lzma.LZMAFile(cast("BinaryIO", file))


_OPENERS: tuple[tuple[bytes, Callable[[Readable], Readable]], ...] = (
    (b"\x1f\x8b", _gzip),
    (b"BZh", _bzip2),
    (b"\xfd7zXZ\0", _xz),
    (b"\x28\xb5\x2f\xfd", _zstd),
)
"""Each imports its library when it is called: most logs are plain text."""


class _Counted:
    """Reads a file that was begun already, and counts its bytes."""

    def __init__(self, head: bytes, file: BinaryIO) -> None:
        self._head, self._file = head, file
        self.count = 0

    def read(self, size: int = -1, /) -> bytes:
        data, self._head = (self._head[:size], self._head[size:]) if self._head else (self._file.read(size), b"")
        self.count += len(data)
        return data

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False


class _Bounded:
    """Reads what a decompressor gives, and refuses what is broken or bursts."""

    def __init__(self, inner: Readable, packed: _Counted, source: str) -> None:
        self._inner, self._packed, self._source = inner, packed, source
        self._count = 0

    def read(self, size: int, /) -> bytes:
        import lzma
        import zlib

        try:
            data = self._inner.read(size)
        except (OSError, EOFError, ValueError, lzma.LZMAError, zlib.error) as error:
            raise SourceError(f"compressed, but broken ({error}); name a whole file", self._source) from None
        self._count += len(data)
        if self._count > _ENOUGH and self._count > _RATIO * self._packed.count:
            raise SourceError(
                f"grows to more than {_RATIO} times its size; unpack it yourself if that is right", self._source
            )
        return data


def decompress(file: BinaryIO, source: str) -> Readable:
    """Open a file that may be compressed with gzip, bzip2, xz or Zstandard.

    Args:
        file: The file, at its beginning.
        source: Where it comes from, for errors.

    Returns:
        What its bytes, unpacked, can be read from.

    Raises:
        SourceError: While reading: it is broken, or grows beyond reason.
    """
    head = file.read(1 << 16)
    packed = _Counted(head, file)
    opener = next((opener for mark, opener in _OPENERS if head.startswith(mark)), None)
    return _Bounded(opener(packed), packed, source) if opener else packed
