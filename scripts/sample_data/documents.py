"""The profile as its owner would write it: with abbreviations, extra blanks and odd dates."""

from __future__ import annotations

import calendar
import json
import re
import unicodedata
import uuid
from functools import cache
from typing import TYPE_CHECKING

from scripts.sample_data.careers import career
from scripts.sample_data.choices import HERE, Dice, Json, data
from scripts.sample_data.people import MOST_SPECIALIZATIONS, NOW, admissions, invent

if TYPE_CHECKING:
    from collections import Counter

    from scripts.sample_data.careers import Position
    from scripts.sample_data.people import Person

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "jobmatch.example")
VOCABULARY = HERE.parents[1] / "layers" / "common" / "jobmatch" / "vocabulary" / "vocabulary.json"
UNDECOMPOSED = str.maketrans("øłđıæ", "oldia")
NOT_ENDED = {None: 55, "present": 24, "Present": 16}
DATE_STYLES = {"month": 60, "year": 16, "day": 12, "mixed": 12}


def profile(number: int, addresses: Counter[str]) -> Json:
    """The profile of this number; `addresses` counts the addresses of each name so far."""
    dice = Dice(f"candidate {number}")
    who = invent(dice)
    positions = career(who)
    style = dice.weighted(DATE_STYLES)
    return {
        "id": str(uuid.uuid5(NAMESPACE, f"profile {number}")),
        "name": who.name,
        "email": _email(who, positions, addresses),
        "status": dice.weighted({"active": 88, "pending_review": 9, "rejected": 3}),
        "location": _location(who),
        "specializations": _values(dice, "specializations", who.specializations),
        "technicalDomains": _values(dice, "technicalDomains", who.domains),
        "barAdmissions": _admissions(who),
        "workHistory": [
            {
                "employer": position.employer,
                "title": position.title,
                "startDate": _start(dice, position.start, style),
                "endDate": _end(dice, position.end, style),
                "description": position.description,
            }
            for position in positions
        ],
    }


@cache
def _aliases(kind: str) -> dict[str, list[str]]:
    """The first few aliases of each label; aliases that are added later change nothing here."""
    entries = json.loads(VOCABULARY.read_text(encoding="utf-8"))[kind]
    return {entry["label"]: entry["aliases"][:3] for entry in entries}


def _typed(dice: Dice, kind: str, label: str) -> str:
    how = dice.weighted({"label": 85, "alias": 8, "lower": 3, "upper": 1, "blanks": 3})
    if how == "alias":
        return dice.pick(_aliases(kind).get(label) or [label])
    blanks = label.replace(" ", "  ") if " " in label else f" {label} "
    return {"lower": label.lower(), "upper": label.upper(), "blanks": blanks}.get(how, label)


def _values(dice: Dice, kind: str, labels: list[str]) -> list[str]:
    values = [_typed(dice, kind, label) for label in labels]
    if 0 < len(values) < MOST_SPECIALIZATIONS and dice.chance(0.035):
        values.append(dice.pick(data("unlisted")[kind]))
    return values


def _admissions(who: Person) -> list[Json]:
    retired = 10 if NOW - who.began > 12 * 25 else 0.5
    statuses = {None: 58, "active": 26, "Active": 10, "inactive": 4, "retired": retired}
    return [
        {
            "jurisdiction": _typed(who.dice, "bars", admission.bar),
            "year": None if who.dice.chance(0.04) else admission.year,
            "status": who.dice.weighted(statuses),
        }
        for admission in admissions(who)
    ]


def _location(who: Person) -> str | None:
    how = who.dice.weighted({"place": 88, "missing": 6, "country": 3, "blanks": 2, "lower": 1})
    ways = {
        "missing": None,
        "country": who.country,
        "blanks": who.place.replace(", ", " ,  "),
        "lower": who.place.lower(),
    }
    return ways.get(how, who.place)


def _email(who: Person, positions: list[Position], addresses: Counter[str]) -> str | None:
    if who.dice.chance(0.05):
        return None
    present = next((position for position in positions if position.is_present), None)
    if present and present.mail and who.dice.chance(0.5):
        host = present.mail if who.dice.chance(0.9) else f"mail.{present.mail}"
    else:
        host = who.dice.weighted(data("mail_hosts"))
    given, *_, family = _plain(who.name).split(" ")
    address = f"{given}.{family}"
    addresses[address] += 1
    return f"{address}{addresses[address] if addresses[address] > 1 else ''}@{host}"


def _plain(name: str) -> str:
    """The name in letters that a mail address may have."""
    folded = unicodedata.normalize("NFKD", name.casefold().translate(UNDECOMPOSED))
    return re.sub("[^a-z -]", "", folded)


def _start(dice: Dice, month: int, style: str) -> str | None:
    oddity = dice.weighted({"none": 977, "missing": 14, "unreadable": 9})
    if oddity == "missing":
        return None
    if oddity == "unreadable":
        return _unreadable(dice, "start", month)
    return _date(dice, month, style, 1 if dice.chance(0.7) else dice.between(2, 28))


def _end(dice: Dice, month: int | None, style: str) -> str | None:
    if month is None:
        return dice.weighted(NOT_ENDED)
    if dice.chance(0.006):
        return _unreadable(dice, "end", month)
    last = calendar.monthrange(month // 12, month % 12 + 1)[1]
    return _date(dice, month, style, last if dice.chance(0.7) else dice.between(1, 28))


def _unreadable(dice: Dice, which: str, month: int) -> str:
    texts: list[str] = data("unreadable_dates")[which]
    return dice.pick(texts).format(year=month // 12)


def _date(dice: Dice, month: int, style: str, day: int) -> str:
    if style == "mixed":
        style = dice.pick(("month", "year", "day"))
    text = f"{month // 12}-{month % 12 + 1:02}-{day:02}"
    return text[: {"year": 4, "month": 7, "day": 10}[style]]
