"""A candidate: a place, practice, specializations, domains and bars that go together."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scripts.sample_data.choices import Dice, Json, data

if TYPE_CHECKING:
    from collections.abc import Mapping

NOW = 2026 * 12 + 10  # November 2026: a month is year x 12 + month - 1
MOST_SPECIALIZATIONS = 6
YEARS = ((0, 2), (2, 5), (3, 5), (6, 10), (6, 10), (8, 15), (11, 15), (16, 32))  # in the profession


@dataclass(frozen=True)
class Person:
    """A candidate, from whom the profile is written."""

    dice: Dice
    name: str
    country: str
    place: str
    practice: Json
    track: str  # a key of titles.json: lawyer, patent agent or patent attorney
    began: int  # the month of the first position in the profession
    specializations: list[str]
    domains: list[str]
    told: set[str] = field(default_factory=set)  # the texts used, so that none appears twice

    @property
    def home(self) -> Json:
        """The data of the country."""
        facts: Json = data("countries")[self.country]
        return facts

    @property
    def own_practice(self) -> str:
        """The name of a firm of their own."""
        pattern: str = self.home["ownPractice"]
        return pattern.format(name=self.name, family=self.name.split(" ", 1)[1])


@dataclass(frozen=True)
class Admission:
    """A bar or patent office, and when it admitted the candidate."""

    bar: str
    year: int


def invent(dice: Dice) -> Person:
    """A new candidate."""
    countries, practices = data("countries"), data("practices")
    country = dice.weighted({name: facts["weight"] for name, facts in countries.items()})
    home, region = countries[country], countries[country]["region"]
    practice = practices[dice.weighted({n: p["weight"][region] for n, p in practices.items()})]
    place, also = dice.weighted(home["places"]), Counter[str]()
    for where in ("any", region, country, place):
        also.update(practice["also"].get(where, {}))
    more = dice.weighted({0: 7, 1: 22, 2: 32, 3: 23, 4: 12, 5: 4})
    domains = dice.weighted({1: 16, 2: 33, 3: 31, 4: 14, 5: 6})
    patents = "patent agent" if region == "us" else "patent attorney"
    return Person(
        dice=dice,
        name=_name(dice, home["cultures"]),
        country=country,
        place=place,
        practice=practice,
        track="lawyer" if dice.chance(practice["lawyer"][region]) else patents,
        began=NOW - 12 * dice.between(*dice.pick(YEARS)) - dice.between(1, 12),
        specializations=(practice["core"] + dice.several(also, more))[:MOST_SPECIALIZATIONS],
        domains=dice.several(
            practice["domains"], domains if dice.chance(practice["domainShare"]) else 0
        ),
    )


def _name(dice: Dice, cultures: Mapping[str, float]) -> str:
    names, culture = data("names"), dice.weighted(cultures)
    given = dice.pick(names[culture]["given"])
    families = names[dice.weighted(cultures) if dice.chance(0.1) else culture]["family"]
    family, second = dice.several(dict.fromkeys(families, 1), 2)
    initial = f" {dice.pick('ABCDEFGHJKLMNPRSTW')}." if dice.chance(0.05) else ""
    return f"{given}{initial} {family}" + (f"-{second}" if dice.chance(0.03) else "")


def admissions(who: Person) -> list[Admission]:
    """Up to four bars and patent offices that suit the profession and the place."""
    likely = _lawyer_bars(who) | _patent_offices(who) | _special_courts(who)
    likely[who.dice.pick(data("unlisted")["bars"])] = 0.012, 3
    found = [
        Admission(bar, who.began // 12 + earliest + who.dice.between(0, 2))
        for bar, (probability, earliest) in likely.items()
        if who.dice.chance(probability)
    ]
    return [admission for admission in found if admission.year <= NOW // 12][:4]


_Likely = dict[str, tuple[float, int]]
"""For each bar: how likely an admission is, and its earliest year in the career."""


def _lawyer_bars(who: Person) -> _Likely:
    if who.track != "lawyer":
        return {}
    state = who.place.rpartition(", ")[2]
    bar = who.home.get("barsByPlace", {}).get(who.place) or who.home["lawyerBar"] or state
    seconds = who.home["secondBars"]
    second = who.dice.pick(seconds.get(bar, seconds["elsewhere"]))
    return {bar: (0.97, 0), second: (0.3 if who.home["region"] == "us" else 0.05, 1)}


def _patent_offices(who: Person) -> _Likely:
    if not who.dice.chance(who.practice["patentBar"]):
        return {}
    # In the United States the examination is open to engineers; in Europe it follows a training.
    earliest = -1 if who.home["region"] == "us" else 3
    odds = (1.0, 0.75)
    return {
        office: (probability, earliest)
        for office, probability in zip(who.home["patentOffices"], odds, strict=False)
    }


def _special_courts(who: Person) -> _Likely:
    field, region = who.practice["field"], who.home["region"]
    likely: _Likely = {}
    if region == "us" and field == "Litigation":
        likely["US Court of Appeals for the Federal Circuit"] = 0.2, 2
        likely["US Supreme Court"] = 0.03, 5
    if region == "europe" and {"Patent Litigation", "EPO Oppositions"} & {*who.specializations}:
        likely["Unified Patent Court"] = 0.4, max(0, 2023 - who.began // 12)
    if region == "europe" and field in {"Trademark", "Brand Protection"}:
        likely["EUIPO"] = 0.4, 2
        if who.country == "United Kingdom":
            likely["UK Trade Mark Attorney"] = 0.4, 2
    return likely
