"""The bills of materials name what is in the layers, and are the same each time."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.support.paths import ROOT

MADE = ROOT / ".aws-sam"
LAYERS = {"common": ROOT / "layers" / "common", "migrations": ROOT / "migrations"}


@pytest.mark.parametrize("layer", LAYERS)
def test_a_bill_names_every_package_with_its_hashes(layer: str) -> None:
    text = (MADE / "sbom" / f"{layer}.cdx.json").read_text(encoding="utf-8")
    bill: dict[str, Any] = json.loads(text)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    requirements = (LAYERS[layer] / "requirements.txt").read_text(encoding="utf-8")
    pins = dict(re.findall(r"(?m)^([\w.-]+)==(\S+)", requirements))
    assert {each["name"]: each["version"] for each in bill["components"]} == pins
    assert {each["purl"] for each in bill["components"]} == {
        f"pkg:pypi/{name}@{version}" for name, version in pins.items()
    }
    hashes = re.findall(r"--hash=sha256:(\w+)", requirements)
    assert [each for each in hashes if each not in text] == []


@pytest.mark.parametrize("layer", LAYERS)
def test_two_bills_are_the_same_bytes(layer: str) -> None:
    first, second = (MADE / f"{run}/{layer}.cdx.json" for run in ("sbom", "sbom-again"))
    assert first.read_bytes() == second.read_bytes()
