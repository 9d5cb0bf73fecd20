"""The document shows the recorded measurements, and every target has one."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks import document, medians, results
from benchmarks.report import Case
from tests.support.functions import FOLDERS
from tests.support.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

RESULTS: dict[str, Any] = json.loads((ROOT / "benchmarks" / "results.json").read_text("utf-8"))
CASES: list[dict[str, Any]] = RESULTS["cases"]
SHOWN = (ROOT / "docs" / "performance.md").read_text("utf-8")
CONNECTIONS = {1, 8, 32}
LETTER = 7.0
"""How wide one is in a plot, on average."""
TARGETS = (
    ("get_job_by_id, whole handler", "floor", 8),
    ("get_job_by_id, whole handler", "stock", 0.36),
    ("get_job_by_id, whole handler, 1 ms away", "stock", 0.2),
    ("get_jobs_by_employer, page of 50 with 500 matches each", "its counts alone", 4),
    ("get_jobs_by_employer, page of 50 with 500 matches each, after", "its counts alone", 4),
    ("get_matches_for_job, page of 100, whole handler", "stock", 0.25),
    ("get_matches_for_job, 1,000 in ten pages", "stock", 0.25),
    ("get_matches_for_job, 1,000 in ten pages", "ten times", 1),
    ("get_matches_for_job, page of 100, query function", "floor", 3),
    ("insert_match, whole handler", "stock", 0.6),
    ("1,000 matches stored", "loop", 15),
    ("broad job, 100,000 profiles", "loop", 500),
    ("broad job, 1,000,000 profiles", "loop", 2_000),
    ("broad job, 1,000,000 profiles", "one bare statement", 2.5),
    ("broad job, 1,000,000 profiles", "200 MB", 1),
    ("1,000 due jobs, 100,000 profiles", "one bare statement", 2),
    ("preview_matches, broad job, 100,000 profiles", "60 ms", 1),
    ("preview_matches, broad job, 1,000,000 profiles", "floor", 1.2),
    ("1 of 1,000,000 candidates changed, 5,000 open jobs", "running", 200),
    ("1 of 1,000,000 candidates changed, 5,000 open jobs, at once", "100 ms", 1),
    ("10,000 of 1,000,000 candidates changed, 5,000 open jobs", "running", 20),
    ("growth of one change to 1,000,000 profiles", "that at 100,000", 1.5),
    ("a profile's write to the changed ranking, p95", "2 s", 1),
    ("growth of the broad job's run to 100,000", "10 x", 1),
    ("growth of the broad job's run to 1,000,000", "10 x", 1),
    ("growth of the log, 5,000 jobs, 100,000 profiles, 1 % changes", "5 GB", 1),
    ("cold start of get_job_by_id", "Tracer, boto3, no byte-code", 0.45),
    ("cold start of get_job_by_id", "its four libraries", 1.5),
    ("import of 10,000 profiles, statements", "5,000 profiles/s", 1),
    ("import of 10,000 profiles, over HTTP", "1,500 profiles/s", 1),
    ("import of 10,000 profiles, statements", "COPY and merge", 2),
)
"""How a case begins, how the name of what is beside it begins, and what the ratio must be."""


@pytest.mark.parametrize(("case", "beside", "target"), TARGETS)
def test_every_target_is_measured(case: str, beside: str, target: float) -> None:
    found = [
        row["target"]
        for row in CASES
        if row["case"].startswith(case) and row["referenceName"].startswith(beside)
    ]
    assert target in found


def test_every_verdict_follows_from_what_was_measured() -> None:
    for case in CASES:
        ours, reference = case["ours"], case["reference"]
        ratio = reference / ours if case["atLeast"] else ours / reference
        assert case["ratio"] == pytest.approx(ratio), case
        if case["target"] is None:
            assert case["met"] is None, case
        else:
            reached = ratio >= case["target"] if case["atLeast"] else ratio <= case["target"]
            assert case["met"] is reached, case


def test_the_document_shows_what_is_recorded() -> None:
    assert document.document(RESULTS, SHOWN) == SHOWN


def test_a_figure_that_was_changed_in_the_document_is_noticed() -> None:
    figure = f" | {RESULTS['memory'][0]['megabytes']:.0f}\n"
    changed = SHOWN.replace(figure, " | 1\n", 1)
    assert changed != SHOWN
    assert document.document(RESULTS, changed) == SHOWN


@pytest.mark.parametrize("name", document.PLOTS)
def test_a_plot_is_of_what_is_recorded_and_shown(name: str) -> None:
    drawn = (ROOT / "docs" / name).read_text("utf-8")
    assert drawn == document.PLOTS[name](RESULTS)
    assert f"]({name})" in SHOWN
    picture = ET.fromstring(drawn)  # noqa: S314 - our own file
    width, height = (float(picture.attrib[side]) for side in ("width", "height"))
    for text in picture.iter("{http://www.w3.org/2000/svg}text"):
        length = LETTER * len(text.text or "")
        share = {"start": 0, "middle": 0.5, "end": 1}[text.attrib["text-anchor"]]
        start = float(text.attrib["x"]) - share * length
        assert "transform" in text.attrib or 0 <= start <= width - length, text.text
        assert 0 <= float(text.attrib["y"]) <= height, text.text


def test_every_missed_target_is_named_in_prose() -> None:
    prose, _, _ = SHOWN.partition(document.BEGIN)
    (reasons,) = re.findall(r"## Targets that are missed\n(.*?)\n## ", prose, re.DOTALL)
    for case in CASES:
        if case["met"] is False:
            assert case["case"] in " ".join(reasons.split()), "Say why it is missed."


def test_all_is_recorded_that_a_reader_needs_to_judge_it() -> None:
    assert RESULTS["machine"].keys() == {"processor", "cores", "memoryGigabytes", "system"}
    assert {"python", "postgresql", "sqlalchemy", "pg8000"} <= RESULTS["versions"].keys()
    assert RESULTS["sizes"].keys() == {"profiles", "jobs", "matches"}
    rates = RESULTS["throughput"]
    assert {rate["connections"] for rate in rates if rate["where"] == "database"} == CONNECTIONS
    assert {rate["where"] for rate in rates} == {"database", "process", "emulator"}
    for rate in rates:
        assert 0 < rate["p50"] <= rate["p95"] <= rate["p99"]


def test_every_function_has_a_start_and_a_peak_of_memory() -> None:
    started = {case["case"].removeprefix("cold start of ") for case in CASES}
    assert FOLDERS.keys() <= started
    assert {row["function"] for row in RESULTS["memory"]} == FOLDERS.keys()


def test_a_part_replaces_its_rows_and_adds_new_ones(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(results, "RESULTS", tmp_path / "results.json")
    old = [Case("a change", 1, 10, "running 7 jobs again"), Case("a run", 1, 2, "floor")]
    results.save(old, emulated=False)
    new = [Case("a change", 2, 10, "running 8 jobs again"), Case("a page", 1, 2, "floor")]
    results.save(new, emulated=False, part=True)
    rows = [(row["case"], row["referenceName"]) for row in results.load()["cases"]]
    assert rows == [
        ("a change", "running 8 jobs again"),
        ("a run", "floor"),
        ("a page", "floor"),
    ]


def test_of_several_runs_the_median_is_recorded_and_how_far_they_lie_apart() -> None:
    runs: list[dict[str, Any]] = []
    for ours, passing in ((2, "7"), (9, "8"), (4, "9")):
        rows = [
            Case(f"a job, {passing} pass", ours, 1, "floor", 3).document(),
            Case("cold start of a function", ours, 1, "floor").document(),
        ]
        runs.append({"cases": rows, "throughput": [], "sizes": ours})
    recorded = medians.median(runs)
    job, start = recorded["cases"]
    assert (job["case"], job["ratio"], job["met"]) == ("a job, 9 pass", 4, False)
    assert job["spread"] == [2, 9]
    # Those under the emulator are of one run.
    assert start == runs[2]["cases"][1]
    assert recorded["sizes"] == 4
