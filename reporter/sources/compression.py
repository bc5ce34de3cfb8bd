"""Opens compressed files, recognised by their first bytes, and refuses decompression bombs."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO, Protocol, cast

from reporter.errors import SourceError

_FREE_BYTES = 64 << 20
_LARGEST_RATIO = 400
"""A file that unpacks to more than `_FREE_BYTES` may have at most this ratio of unpacked to packed size; progress bars,
which are very repetitive, have a ratio of about 100."""


class Readable(Protocol):
    """Reads bytes; the part of `BinaryIO` that decompression needs."""

    def read(self, size: int, /) -> bytes:
        """Reads at most `size` bytes."""


def _zstd(file: Readable) -> Readable:
    try:
        import zstandard
    except ImportError:
        raise SourceError(
            "compressed with Zstandard; install the package zstandard, or reinstall reporter with its extra 'zstd'"
        ) from None
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
"""The first bytes of each format and its opener, which imports its library only when called: most logs are plain."""


class _Counted:
    """Reads a file whose first bytes were read already, and counts the bytes it gives."""

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
    """Reads from a decompressor; refuses broken files and decompression bombs."""

    def __init__(self, inner: Readable, packed: _Counted, source: str) -> None:
        self._inner, self._packed, self._source = inner, packed, source
        self._count = 0

    def read(self, size: int, /) -> bytes:
        import lzma
        import zlib

        try:
            data = self._inner.read(size)
        except (OSError, EOFError, ValueError, lzma.LZMAError, zlib.error) as error:
            raise SourceError(f"compressed, but broken ({error}); name a complete file", self._source) from None
        self._count += len(data)
        if self._count > _FREE_BYTES and self._count > _LARGEST_RATIO * self._packed.count:
            raise SourceError(
                f"unpacks to more than {_LARGEST_RATIO} times its size; unpack it yourself if that is right",
                self._source,
            )
        return data


def decompress(file: BinaryIO, source: str) -> Readable:
    """Opens a file that may be compressed with gzip, bzip2, xz or Zstandard.

    Args:
        file: The open file, at its first byte.
        source: Name of the source, for error messages.

    Returns:
        A reader of the unpacked bytes. It raises `SourceError` if the file is broken or a decompression bomb.

    Raises:
        SourceError: The file is compressed with Zstandard, and the package zstandard is missing.
    """
    head = file.read(1 << 16)
    packed = _Counted(head, file)
    opener = next((opener for mark, opener in _OPENERS if head.startswith(mark)), None)
    return _Bounded(opener(packed), packed, source) if opener else packed
