"""The career of a candidate: earlier work, positions that lead upward, and side activities."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from scripts.sample_data.choices import Json, data
from scripts.sample_data.people import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scripts.sample_data.people import Person

MOST_POSITIONS = 8
YEAR = 12  # months
FIRMS = ("firm", "patent firm")
IN_HOUSE = ("company", "university")
LEVELS = (2, 5, 9, 15)  # years in the profession that end levels 0 to 3
SENIOR = 3
STAYS = ((12, 30), (18, 54), (24, 72), (30, 110), (48, 170))  # months in one position, by level
PAUSES = {1: 70, 2: 12, 0: 4, 5: 4, 9: 4, 15: 3}  # months from one position's last to the next


@dataclass(frozen=True)
class Position:
    """A position of a curriculum vitae; `end` is None while it lasts."""

    employer: str
    mail: str | None  # the employer's mail domain, if it has one
    title: str
    start: int
    end: int | None
    description: str | None

    @property
    def is_present(self) -> bool:
        """Whether the candidate works there now."""
        return self.start <= NOW and (self.end is None or self.end >= NOW)


@cache
def workplaces() -> list[Json]:
    """The invented firms, companies and universities, the sample employers among them."""
    ours = [e["workplace"] | {"mail": e["corporateDomains"][0]} for e in data("employers")]
    return ours + [place | {"spellings": [place["name"]]} for place in data("workplaces")]


def career(who: Person) -> list[Position]:
    """All positions, the latest first; a few candidates have none, or one that begins later."""
    if who.dice.chance(0.02):
        return []
    if NOW - who.began < YEAR and who.dice.chance(0.06):
        return [_next_year(who)]
    main = list(_main(who))
    if main[-1].end is None and who.dice.chance(0.006):
        main[-1:] = [replace(main[-1], end=NOW + 1), _next_year(who)]
    positions = [*_before(who), *main, *_beside(who)]
    return sorted(positions, key=lambda position: -position.start)[:MOST_POSITIONS]


def _main(who: Person) -> Iterator[Position]:
    dice, in_house = who.dice, who.practice["inHouse"]
    inside = dice.chance(in_house**2)  # most of those who work in-house have begun in a firm
    place: Json | None = None
    month, level = who.began, 0
    while month < NOW:
        before, level = level, _level(who, month)
        if place is None or level == before or dice.chance(0.5):
            inside = dice.chance(in_house) if dice.chance(0.3) else inside
            openings = _openings(who, *IN_HOUSE) if inside else {}
            place = _join(who, openings or _openings(who, *FIRMS))
            if level >= SENIOR and not inside and who.track == "lawyer" and dice.chance(0.08):
                place = {"name": who.own_practice, "kind": "own practice"}
        last = month + dice.between(*STAYS[level]) - 1
        if last > NOW - 4:
            yield _in_practice(who, place, level, month, _end_by_now(who, month))
            return
        yield _in_practice(who, place, level, month, last)
        month = last + dice.weighted(PAUSES)


def _end_by_now(who: Person, start: int) -> int | None:
    """None for most candidates; some left within the last year, and some leave next month."""
    how = who.dice.weighted({"there": 93, "left": 5, "leaving": 2})
    if how == "left" and NOW - start > YEAR:
        return NOW - who.dice.between(1, YEAR)
    return NOW + 1 if how == "leaving" else None


def _next_year(who: Person) -> Position:
    start = NOW + who.dice.between(2, 8)
    place = _join(who, _openings(who, *FIRMS))
    position = _in_practice(who, place, _level(who, start), start, None)
    return replace(position, description=None)


def _level(who: Person, month: int) -> int:
    return sum(month - who.began >= YEAR * years for years in LEVELS)


def _before(who: Person) -> Iterator[Position]:
    """Engineering or research before the profession, a summer in a law firm before the bar."""
    dice, titles = who.dice, who.practice["before"]
    # Law school takes three years; a patent attorney's training is a job.
    month = who.began - (dice.between(34, 44) if who.track == "lawyer" else dice.between(1, 8))
    for _ in range(dice.weighted({0: 6, 1: 3, 2: 1}) if titles and who.domains else 0):
        start = month - dice.between(10, 45)
        text = who.practice["beforeText"]
        yield from _other(who, IN_HOUSE, dice.pick(titles), text, (start, month - 1))
        month = start - dice.between(0, 3)
    if who.track == "lawyer" and dice.chance(0.16):
        start = who.began - dice.between(13, 16)
        title = dice.pick(data("titles")["early"])
        yield from _other(who, FIRMS, title, "early", (start, start + dice.between(2, 4)))


def _beside(who: Person) -> Iterator[Position]:
    """Teaching or advising next to the main positions."""
    dice, past = who.dice, NOW - who.began
    if past > 5 * YEAR and dice.chance(0.12):
        kind = dice.pick(["university", "university", "company"])
        start = NOW - dice.between(8, past - 40)
        last = start + dice.between(6, 70)
        title = dice.pick(data("titles")["beside"][kind])
        yield from _other(who, [kind], title, kind, (start, last if last < NOW else None))


def _openings(who: Person, *kinds: str) -> dict[int, float]:
    """How likely each workplace of these kinds in the candidate's country and sectors is."""
    sectors = {*who.practice["sectors"]} if kinds != ("university",) else {"university"}
    likes = {"firm": 1, "patent firm": 0.4 if who.track == "lawyer" else 3}
    return {
        number: likes.get(place["kind"], 1)
        for number, place in enumerate(workplaces())
        if who.country in place["countries"]
        and place["kind"] in kinds
        and not sectors.isdisjoint(place.get("sectors", sectors))
    }


def _join(who: Person, openings: dict[int, float]) -> Json:
    place = workplaces()[who.dice.weighted(openings)]
    return place | {"name": who.dice.pick(place["spellings"])}


def _in_practice(who: Person, place: Json, level: int, start: int, end: int | None) -> Position:
    kind = "firm" if place["kind"] == "patent firm" else place["kind"]
    title = who.dice.pick(data("titles")[who.track][kind][level])
    title = title.format(field=who.practice["field"], group=who.practice["group"])
    text = None
    if who.dice.chance(0.6):
        side = "company" if kind in IN_HOUSE else "firm"
        by_age = side if side == "company" else "senior" if level >= SENIOR else "junior"
        texts = data("descriptions")
        specialization = who.dice.pick(who.specializations)
        if texts["since"].get(specialization, 0) <= start // 12:
            text = _text(who, texts["practice"][specialization][side], end)
        if text and who.dice.chance(0.35):
            text = " ".join(filter(None, (text, _text(who, texts["closing"][by_age], end))))
    return Position(place["name"], place.get("mail"), title, start, end, text)


def _other(
    who: Person, kinds: Sequence[str], title: str, texts: str | None, months: tuple[int, int | None]
) -> Iterator[Position]:
    """A position outside the practice, if there is a workplace for it."""
    openings, (start, end) = _openings(who, *kinds), months
    if openings:
        place, text = _join(who, openings), None
        if texts and who.dice.chance(0.6):
            text = _text(who, data("descriptions")[texts], end)
        yield Position(place["name"], place.get("mail"), title, start, end, text)


def _text(who: Person, templates: list[str], end: int | None) -> str | None:
    """One of the templates as a sentence; None if none of them suits the candidate.

    A template holds <present/past> tenses, [one|of] several wordings, {slots}, and at its end
    perhaps the one region it is for.
    """
    dice, region = who.dice, who.home["region"]
    slots = {
        name: dice.pick(texts[region] if isinstance(texts, dict) else texts)
        for name, texts in data("slots").items()
    }
    if who.domains:
        domain = dice.pick(who.domains)
        slots["domain"] = domain if domain.isupper() else domain.lower()
        technologies = [text for domain in who.domains for text in data("technologies")[domain]]
        slots["tech"], slots["tech2"] = dice.several(dict.fromkeys(technologies, 1), 2)
    fitting = [
        text
        for template in templates
        if (text := template.removesuffix(f"|{region}")) not in who.told
        and not re.search(r"\|\w+$", text)
        and {*re.findall(r"{(\w+)}", text)} <= slots.keys()
    ]
    if not fitting:
        return None
    chosen = dice.pick(fitting)
    who.told.add(chosen)
    text = re.sub("<(.*?)/(.*?)>", r"\2" if end else r"\1", chosen).format_map(slots)
    return re.sub(r"\[(.*?)\]", lambda match: dice.pick(match[1].split("|")), text)
