"""Every regular expression of the code, and texts that are hostile to one."""

from __future__ import annotations

import ast
import dataclasses
import gc
import importlib
import inspect
import re
import signal
from contextlib import contextmanager
from itertools import islice, product
from typing import TYPE_CHECKING, Any

from tests.support.functions import FOLDERS, load
from tests.support.paths import ROOT
from tests.support.source import MODULES, parsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from types import FrameType

_FUNCTIONS = {"compile", "sub", "subn", "split", "match", "fullmatch", "search", "findall"}
_PARSER: Any = importlib.import_module("re._parser")
AROUND = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for folder in ("local", "cli")
    for path in sorted((ROOT / folder).glob("*.py"))
    if path.stem != "__main__"
}
"""The modules of the one-machine runtime and of the command line, by name."""


def patterns() -> dict[str, re.Pattern[str]]:
    """All patterns, by where they are: attributes, what cached builders hold, and literals."""
    found: dict[str, re.Pattern[str]] = {}
    for name in (*MODULES, *AROUND):
        found |= _held(name, vars(importlib.import_module(name)), name)
    for operation in FOLDERS:
        module = load(operation)
        found |= _held(operation, vars(module), module.__name__)
    for name, path in _sources().items():
        for call in _calls(path):
            if isinstance(call.args[0], ast.Constant):
                found[f"{name}:{call.lineno}"] = re.compile(str(call.args[0].value))
        for keyword in ast.walk(parsed(path)):
            if isinstance(keyword, ast.keyword) and keyword.arg == "pattern":
                assert isinstance(keyword.value, ast.Constant)
                found[f"{name}:{keyword.value.lineno}"] = re.compile(str(keyword.value.value))
    # Of those in two places, once as an attribute and once as a literal, the attribute.
    return {where: pattern for pattern, where in {p: w for w, p in reversed(found.items())}.items()}


def built_within_functions() -> set[str]:
    """The functions that build a pattern from something else than a literal."""
    return {
        f"{name}.{function.name}"
        for name, path in _sources().items()
        for function in ast.walk(parsed(path))
        if isinstance(function, ast.FunctionDef)
        for call in _calls_in(function)
        if not isinstance(call.args[0], ast.Constant)
    }


def _sources() -> dict[str, Path]:
    return MODULES | AROUND | {name: FOLDERS[name] / "app.py" for name in FOLDERS}


def _calls(path: Path) -> Iterator[ast.Call]:
    return _calls_in(parsed(path))


def _calls_in(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr in _FUNCTIONS
        ):
            yield node


def _held(where: str, names: dict[str, Any], module: str) -> dict[str, re.Pattern[str]]:
    """The patterns among these values, in their fields, and in what cached builders return."""
    found: dict[str, re.Pattern[str]] = {}
    for name, value in list(names.items()):
        at = f"{where}.{name}"
        if isinstance(value, re.Pattern):
            found[at] = value
        elif isinstance(value, (list, tuple, set, frozenset)):
            found |= _held(at, {str(n): each for n, each in enumerate(value)}, module)
        elif isinstance(value, dict) and not name.startswith("__"):
            found |= _held(at, {str(key): each for key, each in value.items()}, module)
        elif inspect.isclass(value) and value.__module__ == module:
            found |= _held(at, dict(vars(value)), module)
        elif dataclasses.is_dataclass(value) and not isinstance(value, type):
            fields = {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
            found |= _held(at, fields, module)
        elif hasattr(value, "cache_info") and value.__module__ == module and _is_builder(value):
            found |= _held(at, {"": value()}, module)
    return found


def _is_builder(function: Any) -> bool:
    """Whether a cached function of no arguments returns what the code was made with."""
    signature = inspect.signature(function)
    if signature.parameters:
        return False
    returned = str(signature.return_annotation)
    return "Pattern" in returned or returned in {"LegalForms", "_Places", "_Data"}


LONG = 50_000
"""Characters: linear work takes up to 50 ms, quadratic work more than a second."""
MOST_SECONDS = 0.5
"""Of CPU time, so that a busy machine changes nothing."""
FIXED = ("🙂", "=", "+", " ", "a", "A", "é", "1", "@", ".", "-", "a@", "a.", "+ ", "1 ", "('")
_CATEGORIES = {"DIGIT": "1", "SPACE": " ", "WORD": "a", "NOT_DIGIT": "a", "NOT_SPACE": "a"}
_WITH_A_PATTERN = {"SUBPATTERN", "ASSERT", "ASSERT_NOT"} | {
    f"{kind}_REPEAT" for kind in ("MAX", "MIN", "POSSESSIVE")
}
_MOST_UNITS = 10
_MOST_PAIRS = 20


class TooMuchWorkError(Exception):
    """A pattern took more than the CPU time that it may."""


@contextmanager
def cpu_limit(seconds: float) -> Iterator[None]:
    """Stop what takes longer; an expression that is being matched is stopped as well.

    Nothing is collected meanwhile: what earlier tests left behind would count as work.
    """

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TooMuchWorkError

    before = signal.signal(signal.SIGVTALRM, stop)
    gc.disable()
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        gc.enable()
        signal.signal(signal.SIGVTALRM, before)


def hostile_texts(pattern: re.Pattern[str], length: int = LONG) -> Iterator[str]:
    """Repetitions of what the pattern looks for, ended by what it can't match."""
    own = list(dict.fromkeys(_units(_PARSER.parse(pattern.pattern, pattern.flags))))
    units = [*own[:_MOST_UNITS], *FIXED]
    pairs = ("".join(pair) for pair in product(own[:_MOST_UNITS], repeat=2) if pair[0] != pair[1])
    # Spread over all pairs, so that late parts of a long pattern are tried as well.
    some = list(pairs)
    some = some[:: max(1, len(some) // _MOST_PAIRS)]
    for unit in dict.fromkeys((*units, *some)):
        repeated = unit * (length // len(unit))
        yield repeated + "\0"
    # Behind a beginning that matches, repeated once only.
    beginning = "".join(own[:3])
    for unit in own[:_MOST_UNITS]:
        yield beginning + unit * (length // len(unit)) + "\0"


def _units(parsed_pattern: Iterable[Any]) -> Iterator[str]:
    """Literal runs of a parsed pattern, and a character of each of its classes."""
    literal = ""
    for operator, argument in [*parsed_pattern, ("END", None)]:
        name = str(operator)
        if name == "LITERAL":
            literal += chr(argument)
            continue
        if literal:
            yield from (literal, *islice(dict.fromkeys(literal), 3))
            literal = ""
        if name == "IN":
            yield from _members(argument)
        elif name in {"ANY", "NOT_LITERAL"}:
            yield "a"
        elif name == "BRANCH":
            yield from (unit for branch in argument[1] for unit in _units(branch))
        elif name == "ATOMIC_GROUP":
            yield from _units(argument)
        elif name in _WITH_A_PATTERN:
            yield from _units(argument[-1])


def _members(options: Iterable[Any]) -> Iterator[str]:
    listed = [(str(operator), argument) for operator, argument in options]
    if ("NEGATE", None) in listed:
        without = {chr(argument) for name, argument in listed if name == "LITERAL"}
        yield from [each for each in ("a", " ", "1", "-", "é") if each not in without][:3]
        return
    for name, argument in listed:
        if name == "LITERAL":
            yield chr(argument)
        elif name == "RANGE":
            yield chr(argument[0])
        elif name == "CATEGORY":
            category = str(argument).removeprefix("CATEGORY_")
            yield _CATEGORIES.get(category, "-")


def exhaust(pattern: re.Pattern[Any], text: str) -> None:
    """Use the pattern on the text in each way in which it may be used."""
    given: Any = text.encode() if isinstance(pattern.pattern, bytes) else text
    for _ in pattern.finditer(given):
        pass
    pattern.fullmatch(given)


HOSTILE_UNITS = [
    "+",
    "+ ",
    "=",
    "\U0001f642",
    "1",
    "1 ",
    "@",
    "a@",
    "a ",
    "a.",
    "a-",
    "A",
    "x.y.",
    "quill ",
]
"""What hostile names and texts about candidates repeat."""


def hostile_employers(unit: str) -> list[str]:
    """As many names as a profile may have, each as long as it may be, that are nearly the same."""
    return [f"{unit * (250 // len(unit))} $ {number}" for number in range(100)]
