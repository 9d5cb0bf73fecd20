"""Where a request of HTTP/1.1 begins and ends, read so strictly that no two readers may differ.

Of a request that can be read in two ways, a proxy may take one part for the next request.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from io import BufferedIOBase

BLOCK = 1 << 16
MOST_FIELDS = 100
_TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_REQUEST_LINE = re.compile(rb"\A" + _TOKEN + rb" [^\x00-\x20\x7f]+ HTTP/(\d\.\d)\r\n")
_FIELD = re.compile(rb"\A(" + _TOKEN + rb"):([\t\x20-\x7e\x80-\xff]*)\r\n")
_LENGTH = re.compile(rb"\A[0-9]{1,18}")
_CHUNK = re.compile(rb"\A([0-9A-Fa-f]{1,15})(?:;[\t\x20-\x7e\x80-\xff]*)?\r\n")


def read_head(request_line: bytes, source: BufferedIOBase) -> bytes:
    """The fields of a request and the empty line after them, as they were sent.

    Raises:
        ValueError: the request is malformed, or does not say clearly where it ends.
    """
    version = _REQUEST_LINE.fullmatch(request_line)
    lines = [*_lines(source)]
    fields: dict[bytes, list[bytes]] = defaultdict(list)
    for line in lines:
        field = _FIELD.fullmatch(line)
        if field is None:
            raise ValueError("a field is malformed")
        fields[field[1].lower()].append(field[2].strip(b" \t"))
    lengths, codings = fields[b"content-length"], fields[b"transfer-encoding"]
    if version is None or len(lengths) + len(codings) > 1 or len(fields[b"host"]) > 1:
        raise ValueError("the request is malformed or has two ends")
    if codings and (codings[0].lower() != b"chunked" or version[1] == b"1.0"):
        raise ValueError("a coding is not known")
    if lengths and not _LENGTH.fullmatch(lengths[0]):
        raise ValueError("a length is a number")
    return b"".join([*lines, b"\r\n"])


def read_chunks(source: BufferedIOBase) -> Iterator[bytes]:
    """The parts of a chunked body, up to the end of its trailer.

    Raises:
        ValueError: a chunk or the trailer is malformed.
    """
    while True:
        size = _CHUNK.fullmatch(source.readline(BLOCK))
        if size is None:
            raise ValueError("a chunk has a size")
        if not (length := int(size[1], 16)):
            break
        yield from read_parts(source, length)
        if source.read(2) != b"\r\n":
            raise ValueError("a chunk is as long as it says")
    if not all(map(_FIELD.fullmatch, _lines(source))):
        raise ValueError("a field of the trailer is malformed")


def read_parts(source: BufferedIOBase, length: int) -> Iterator[bytes]:
    """So many bytes, in parts.

    Raises:
        ConnectionResetError: the client has closed its connection before.
    """
    while length > 0:
        part = source.read(min(length, BLOCK))
        if not part:
            raise ConnectionResetError
        length -= len(part)
        yield part


def _lines(source: BufferedIOBase) -> Iterator[bytes]:
    """The lines up to an empty one, which is read too."""
    for _ in range(MOST_FIELDS + 1):
        line = source.readline(BLOCK)
        if line == b"\r\n":
            return
        if not line:
            raise ConnectionResetError
        yield line
    raise ValueError("there are too many fields")
