"""Layers are unpacked once: each process of a function would take a second for it."""

from __future__ import annotations

import os
import types
import zipfile
from pathlib import Path
from threading import Lock
from typing import Any

from ministack.core import lambda_runtime

FOLDER = Path(os.environ.get("TMPDIR", "/nowhere"), "layers")
_lock = Lock()


class Archive(zipfile.ZipFile):
    """An archive that is unpacked once; whoever unpacks it again gets a link to that folder."""

    def namelist(self) -> list[str]:
        """The names in it; of a layer those at its top, because somebody looks at each on disk."""
        names = super().namelist()
        if _is_layer(self.filename):
            return sorted({name.partition("/")[0] for name in names})
        return names

    def extractall(self, path: Any = None, *_: Any, **__: Any) -> None:
        """Unpack a layer if its content is new, anything else as ever."""
        if not _is_layer(path):
            super().extractall(path)
            return
        content = FOLDER / f"{hash(tuple(each.CRC for each in self.infolist())):x}"
        with _lock:
            if not content.exists():
                super().extractall(content, members=super().namelist())
        Path(path).rmdir()
        Path(path).symlink_to(content)


def _is_layer(path: Any) -> bool:
    return Path(path or "").name.startswith("layer_")


def unpack_once() -> None:
    """Give the runtime of functions this kind of archive."""
    ours = types.ModuleType("zipfile")
    ours.__dict__.update(zipfile.__dict__, ZipFile=Archive)
    lambda_runtime.zipfile = ours


def unpacks_each_time() -> bool:
    """Whether the runtime unpacks by itself."""
    return lambda_runtime.zipfile is zipfile
