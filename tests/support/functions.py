"""The handlers, each loaded once from its folder, as a module of its own name."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

from local.events import LambdaContext
from tests.support.paths import ROOT

if TYPE_CHECKING:
    from types import ModuleType

FOLDERS = {path.parent.name: path.parent for path in (ROOT / "functions").glob("*/*/app.py")}
"""Folder of each function, by its name."""


@cache
def load(operation: str) -> ModuleType:
    """The module of a function."""
    path = FOLDERS[operation] / "app.py"
    spec = importlib.util.spec_from_file_location(f"functions_{operation}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def invoke(operation: str, event: dict[str, Any]) -> Any:
    """The answer of a function to an event."""
    return load(operation).lambda_handler(event, LambdaContext(function_name=operation))
