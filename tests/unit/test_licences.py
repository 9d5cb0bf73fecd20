"""The check of licences lets nothing through that nobody thought about."""

from __future__ import annotations

from email.message import Message
from importlib.metadata import distributions
from types import SimpleNamespace
from typing import Any

import pytest

from scripts import check_licences
from scripts.check_licences import is_allowed, licence_of


def metadata(**fields: Any) -> Any:
    message = Message()
    for name, value in fields.items():
        for each in value if isinstance(value, list) else [value]:
            message[name.replace("_", "-")] = each
    return message


def test_what_packages_say_is_brought_into_one_form() -> None:
    osi = "License :: OSI Approved ::"
    assert licence_of(metadata(License_Expression="MIT", License="GPL")) == "MIT"
    assert licence_of(metadata(License="Apache License 2.0")) == "Apache-2.0"
    both = [f"{osi} BSD License", f"{osi} Apache Software License"]
    assert licence_of(metadata(License="Dual License", Classifier=both)) == "BSD OR Apache-2.0"
    assert licence_of(metadata(License="Ask us")) == "Ask us"
    assert licence_of(metadata()) == "none"


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("GPL-3.0-only", False),
        ("GPL-3.0-only OR MIT", True),
        ("GPL-3.0-only AND MIT", False),
        ("MIT AND Apache-2.0", True),
        ("(MIT AND GPL-2.0-only) OR Apache-2.0", True),
        ("none", False),
    ],
)
def test_one_allowed_choice_is_enough(expression: str, *, allowed: bool) -> None:
    assert is_allowed(expression, check_licences.PERMISSIVE) is allowed


def test_what_is_installed_is_allowed(capsys: pytest.CaptureFixture[str]) -> None:
    assert check_licences.main() == 0, capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "licence", "fault"),
    [
        ("pg8000", "LGPL-3.0-only", True),
        ("something", "LGPL-3.0-only", False),
        ("something", "AGPL-3.0-only", True),
    ],
)
def test_a_layer_takes_less_than_the_workbench(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    licence: str,
    *,
    fault: bool,
) -> None:
    installed: list[Any] = [*distributions()]
    installed.append(SimpleNamespace(name=name, metadata=metadata(License_Expression=licence)))
    monkeypatch.setattr(check_licences, "distributions", lambda: installed)
    assert check_licences.main() == fault
    assert (f"{name} is under {licence}" in capsys.readouterr().out) is fault


def test_the_notice_must_name_where_data_come_from() -> None:
    notice = (check_licences.ROOT / "NOTICE").read_text(encoding="utf-8")
    assert check_licences.unnamed_sources(notice) == []
    (fault,) = check_licences.unnamed_sources(notice.replace("CLDR", ""))
    assert fault == "CLDR is under Unicode License, and NOTICE does not say so"
