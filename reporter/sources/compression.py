"""Opens compressed files, recognised by their first bytes, and refuses decompression bombs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO, Protocol, cast

from reporter.errors import SourceError

if TYPE_CHECKING:
    from lzma import LZMADecompressor

_FREE_BYTES = 2 << 20
_LARGEST_RATIO = 200
"""A file that unpacks to more than `_FREE_BYTES` may have at most this ratio of unpacked to packed size; progress bars,
which are very repetitive, have a ratio of about 100."""

_MOST_BYTES = 1 << 30
"""The most bytes that a file may unpack to, whatever the ratio."""

_PIECE = 1 << 16

_WINDOW = 1 << 27
"""The most bytes of memory that unpacking may need: what `zstd` allows without `--long=31`, and `xz -9` needs."""


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
    unpacked: Readable = zstandard.ZstdDecompressor(max_window_size=_WINDOW).stream_reader(
        cast("BinaryIO", file), read_across_frames=True
    )
    return unpacked


def _gzip(file: Readable) -> Readable:
    import gzip

    return gzip.GzipFile(fileobj=cast("BinaryIO", file))


def _bzip2(file: Readable) -> Readable:
    import bz2

    return bz2.BZ2File(cast("BinaryIO", file))


class _Xz:
    """Reads the streams of an xz file; unlike `lzma.LZMAFile`, it limits the memory that one may ask for."""

    def __init__(self, file: Readable) -> None:
        self._file, self._stream = file, self._next_stream()

    @staticmethod
    def _next_stream() -> LZMADecompressor:
        import lzma

        return lzma.LZMADecompressor(memlimit=_WINDOW)

    def read(self, size: int, /) -> bytes:
        while True:
            if self._stream.eof:
                rest = self._stream.unused_data.lstrip(b"\0") or self._file.read(_PIECE).lstrip(b"\0")
                if not rest:
                    return b""
                self._stream = self._next_stream()
            else:
                rest = self._file.read(_PIECE) if self._stream.needs_input else b""
                if self._stream.needs_input and not rest:
                    raise EOFError("it ends before the end of its stream")
            if data := self._stream.decompress(rest, size):
                return data


def _xz(file: Readable) -> Readable:
    return _Xz(file)


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
        try:
            data = self._inner.read(size)
        except SourceError:
            raise
        except MemoryError:
            raise SourceError("unpacking it needs too much memory; unpack it yourself", self._source) from None
        except Exception as error:  # each library has its own
            raise SourceError(f"compressed, but broken ({error}); name a complete file", self._source) from None
        self._count += len(data)
        if self._count > _FREE_BYTES and self._count > _LARGEST_RATIO * self._packed.count:
            raise self._bomb(f"{_LARGEST_RATIO} times its size")
        if self._count > _MOST_BYTES:
            raise self._bomb(f"{_MOST_BYTES >> 20:,} MiB")
        return data

    def _bomb(self, limit: str) -> SourceError:
        return SourceError(f"unpacks to more than {limit}; unpack it yourself if that is right", self._source)


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
    head = file.read(_PIECE)
    packed = _Counted(head, file)
    opener = next((opener for mark, opener in _OPENERS if head.startswith(mark)), None)
    return _Bounded(opener(packed), packed, source) if opener else packed
