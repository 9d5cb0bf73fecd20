"""The files in a ZIP archive that a caller sent, however it was made."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from jobmatch.extraction.refusals import refused

MOST_FILES = 1_000
MOST_BYTES = 20 * 1024 * 1024
"""Of all the files that are read, unpacked; what the archive says about itself is not trusted."""
_ENCRYPTED = 0x1


def files_of(body: bytes, wanted: Callable[[str], bool] = lambda _name: True) -> dict[str, bytes]:
    """The content of the wanted files by their names, folders left out.

    Raises:
        InvalidInputError: it is not a ZIP archive, or it is broken, encrypted, or too large.
    """
    try:
        with ZipFile(BytesIO(body)) as archive:
            return _files(archive, wanted)
    except (BadZipFile, EOFError, NotImplementedError, OSError, ValueError, zlib.error) as error:
        raise refused("is broken and can't be unpacked") from error


def _files(archive: ZipFile, wanted: Callable[[str], bool]) -> dict[str, bytes]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MOST_FILES:
        raise refused(f"must not hold more than {MOST_FILES:,} files")
    found: dict[str, bytes] = {}
    left = MOST_BYTES
    for entry in entries:
        if not wanted(entry.filename):
            continue
        if entry.flag_bits & _ENCRYPTED:
            raise refused("is encrypted; send it without a password")
        if entry.filename in found:
            raise refused("holds two files of one name")
        if entry.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
            raise refused("is packed in a way that is not read")
        with archive.open(entry) as file:
            data = file.read(left + 1)
        left -= len(data)
        if left < 0:
            raise refused(f"must not hold more than {MOST_BYTES // 1024 // 1024} MB")
        found[entry.filename] = data
    return found
