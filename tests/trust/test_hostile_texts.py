"""Texts and names that are made to hang a function, and names in every disguise."""

from __future__ import annotations

import time
from itertools import product

from jobmatch.anonymity.anonymizer import Anonymizer
from tests.support.patterns import (
    HOSTILE_UNITS,
    LONG,
    MOST_SECONDS,
    cpu_limit,
    exhaust,
    hostile_employers,
    hostile_texts,
    patterns,
)
from tests.support.sentences import DISGUISES, measured, sentences, told_in_disguise
from tests.support.trust import FULL, Section, found, scaled


def test_no_pattern_takes_more_than_linear_time() -> None:
    every = list(patterns().values())
    tried, slowest = 0, 0.0
    for pattern in every[:: scaled(20, 1)]:
        for text in hostile_texts(pattern):
            began = time.process_time()
            with cpu_limit(MOST_SECONDS):
                exhaust(pattern, text)
            slowest = max(slowest, time.process_time() - began)
            tried += 1
    found(
        Section.INPUT,
        f"Each of {len(every)} regular expressions of the code on repetitions of what it looks for,"
        f" {LONG:,} characters each",
        tried,
        f"at most {1_000 * slowest:.0f} ms of CPU",
    )


def test_no_name_and_no_text_hangs_the_anonymizer() -> None:
    pairs = [*product(HOSTILE_UNITS, repeat=2)][:: scaled(20, 1)]
    slowest = 0.0
    for of_names, of_text in pairs:
        began = time.process_time()
        with cpu_limit(4):
            anonymizer = Anonymizer.of("Ada Lindqvist", hostile_employers(of_names))
            anonymizer.text(of_text * (LONG // len(of_text)))
        slowest = max(slowest, time.process_time() - began)
    found(
        Section.INPUT,
        f"{LONG:,} characters without 100 employers of 255, of signs and words that repeat",
        len(pairs),
        f"at most {slowest:.1f} s of CPU",
    )


def test_names_are_not_told() -> None:
    figures = measured("tuning.txt", "held_back.txt")
    disguises = DISGUISES if FULL else dict([*DISGUISES.items()][:2])
    told = marks = 0
    for disguise in disguises.values():
        leaks, count = told_in_disguise(disguise)
        told += len(leaks)
        marks += count
    assert told < 0.01 * marks
    found(
        Section.DATA,
        "Sentences about invented people, anonymised",
        len(sentences("tuning.txt")) + len(sentences("held_back.txt")),
        f"{figures.told} of {figures.marks} names and contacts told,"
        f" {figures.lost} of {figures.facts} other words lost",
    )
    found(
        Section.DATA,
        f"Their names and contacts in {len(disguises)} disguises ({', '.join(disguises)})",
        marks,
        f"{told} told",
    )
