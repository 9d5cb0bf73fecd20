"""Values become terms; one test for each kind of wording and for each thing it must not join."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmatch.text import canonical_text
from jobmatch.vocabulary.graph import Term, VocabularyError, build, vocabulary
from jobmatch.vocabulary.indexing import FOLDER, files
from jobmatch.vocabulary.kinds import Kind
from jobmatch.vocabulary.normal_form import normal_form
from jobmatch.vocabulary.scanning import scan
from jobmatch.vocabulary.terms import (
    Aliases,
    closure,
    is_known,
    label_of,
    label_of_key,
    resolve,
    terms_of,
    why_met,
)
from tests.support import oracle
from tests.support.strategies import composites

S, T, B = Kind.SPECIALIZATION, Kind.TECHNICAL_DOMAIN, Kind.BAR
KINDS = st.sampled_from(Kind)
NAMES = st.sampled_from(
    [(kind, term, name) for kind in Kind for term in vocabulary()[kind] for name in term.names]
)


def meets(kind: Kind, job: str, candidate: str) -> bool:
    return not closure(kind, terms_of(kind, candidate)).isdisjoint(terms_of(kind, job))


def label(kind: Kind, value: str) -> list[str]:
    return [label_of_key(kind, key) or f"? {key}" for key in terms_of(kind, value)]


@pytest.mark.parametrize(
    ("kind", "value", "known"),
    [
        pytest.param(S, "Hatch\u2011Waxman Litigation", "Hatch-Waxman Litigation", id="hyphen"),
        pytest.param(S, "plant breeders\u2019 rights.", "Plant Varieties", id="quote-and-stop"),
        pytest.param(S, "Trade\u00adSecrets", "Trade Secrets", id="soft-hyphen"),
        pytest.param(S, "MADRID  PROTOCOL", "Trademark Prosecution", id="case-and-space"),
        pytest.param(B, "Québec", "Quebec", id="accent"),
        pytest.param(B, "Patentanwaeltin", "German Patent Attorney", id="umlaut-spelled-out"),
        pytest.param(B, "Patentanwält:in (m/w/d)", "German Patent Attorney", id="all-genders"),
        pytest.param(S, "post grant reviews", "Inter Partes Review", id="plural"),
        pytest.param(S, "trade mark licences", "Trademark Licensing", id="british"),
        pytest.param(T, "fibre optics", "Optics", id="british-technical"),
        pytest.param(T, "semi-conductor", "Semiconductors", id="prefix"),
        pytest.param(T, "block chain", "Blockchain", id="written-apart"),
        pytest.param(S, "prosecution of patents", "Patent Prosecution", id="order"),
        pytest.param(S, "prosecuting patent applications", "Patent Prosecution", id="family"),
        pytest.param(S, "experience in trademark matters", "Trademarks", id="empty-words"),
        pytest.param(B, "registered to practice before the USPTO", "USPTO", id="empty-phrase"),
        pytest.param(B, "member of the bar of the State of New York", "New York", id="bar-of"),
        pytest.param(B, "USPTO Reg. No. 12,345 (2014)", "USPTO", id="number-and-year"),
        pytest.param(S, "freedom to operate (FTO)", "Freedom to Operate", id="own-acronym"),
        pytest.param(B, "OR", "Oregon", id="word-that-is-a-code"),
        pytest.param(B, "State bar", "Any US State Bar", id="nothing-but-weak-words"),
        pytest.param(T, "Maschinenbau", "Mechanical Engineering", id="german"),
        pytest.param(S, "droit des marques", "Trademarks", id="french"),
    ],
)
def test_wording_that_carries_nothing_makes_no_difference(
    kind: Kind, value: str, known: str
) -> None:
    assert label(kind, value) == [known]
    assert label_of(kind, value) == known


@pytest.mark.parametrize(
    ("kind", "job", "candidate"),
    [
        (T, "Memory devices", "medical devices"),
        (T, "automation", "Automotive"),
        (T, "Organic Chemistry", "chemistry"),
        (T, "Genetics", "generics"),
        (T, "Polymers", "polymerase"),
        (T, "Electronics", "electron microscopy"),
        (T, "Biologics", "biology"),
        (T, "Mining", "data mining"),
        (T, "Networking", "neural networks"),
        (B, "UK Patent Attorney", "UK Trade Mark Attorney"),
        (B, "UK Patent Attorney", "European Patent Attorney"),
        (B, "Virginia", "West Virginia"),
        (B, "Washington", "Washington, D.C."),
        (B, "Washington, D.C.", "Washington State"),
        (B, "Georgia", "Republic of Georgia"),
        (B, "Germany", "German Patent Attorney"),
        (B, "European Patent Attorney", "part-qualified European Patent Attorney"),
        (B, "California", "N.D. California"),
        (B, "California", "California bar exam pending"),
        (B, "USPTO", "former USPTO examiner"),
        (B, "UK Patent Attorney", "CPA"),
        (S, "Inter Partes Review", "IPR (intellectual property rights)"),
        (S, "Inter Partes Review", "IPR"),
        (S, "EPO Oppositions", "trademark oppositions"),
        (S, "Data Protection", "plant protection"),
        (S, "Licensing", "Licensed attorney"),
    ],
)
def test_what_only_looks_alike_does_not_meet(kind: Kind, job: str, candidate: str) -> None:
    assert not meets(kind, job, candidate)


@pytest.mark.parametrize(
    ("kind", "broad", "narrow"),
    [
        (S, "Trademark", "Trademark Prosecution"),
        (S, "IP Litigation", "Hatch-Waxman"),
        (S, "intellectual property", "Copyright"),
        (T, "Life Sciences", "Molecular Biology"),
        (T, "engineering", "circuit design"),
        (B, "Any US state bar", "New York"),
        (B, "Canada", "Ontario"),
        (B, "Patentassessor", "Patentanwalt"),
        (B, "Registered Patent Attorney", "USPTO"),
    ],
)
def test_a_narrower_value_meets_and_a_broader_one_does_not(
    kind: Kind, broad: str, narrow: str
) -> None:
    assert meets(kind, broad, narrow)
    assert not meets(kind, narrow, broad)


@pytest.mark.parametrize(
    ("kind", "value", "labels"),
    [
        (S, "Licensing/Technology Transfer", ["Licensing", "Technology Transfer"]),
        (
            S,
            "trademark prosecution and enforcement",
            ["Trademark Prosecution", "Trademark Litigation"],
        ),
        (
            S,
            "patent prosecution, litigation & licensing",
            ["Patent Prosecution", "Patent Litigation", "Patent Licensing"],
        ),
        (S, "US and foreign patent prosecution", ["Patent Prosecution"]),
        (S, "Marken-, Design- und Wettbewerbsrecht", ["Trademarks", "Design Rights"]),
        (B, "UK and European Patent Attorney", ["UK Patent Attorney", "European Patent Office"]),
        (B, "North and South Carolina", ["North Carolina", "South Carolina"]),
        (B, "Washington, D.C. and Virginia", ["District of Columbia", "Virginia"]),
        (B, "West Virginia and Virginia", ["West Virginia", "Virginia"]),
        (B, "Solicitor of England & Wales", ["England and Wales"]),
        (B, "CA, OR, WA", ["California", "Oregon", "Washington"]),
        (
            T,
            "electrical and mechanical engineering",
            ["Electrical Engineering", "Mechanical Engineering"],
        ),
        (T, "medical devices and software", ["Medical Devices", "Software"]),
        (T, "software and medical devices", ["Software", "Medical Devices"]),
        (T, "medical software", ["Digital Health"]),
    ],
)
def test_a_value_of_several_parts_has_all_their_terms(
    kind: Kind, value: str, labels: list[str]
) -> None:
    assert [found for found in label(kind, value) if found in labels] == labels


@pytest.mark.parametrize("kind", Kind)
def test_each_composite_that_is_generated_has_the_terms_of_the_contract(kind: Kind) -> None:
    # Every one, where the ranking's property draws some.
    values = list(composites(kind))
    assert values
    assert [v for v in values if set(label(kind, v)) != oracle.terms(kind, v)] == []


def test_a_part_that_is_not_known_is_a_term_of_its_own() -> None:
    assert label(T, "Basket Weaves and software") == ["? basket weave", "Software"]
    parts = resolve(T, "Basket Weaves and software")
    assert [part.words for part in parts if not part.known] == ["basket weaves"]
    assert not is_known(T, "Basket Weaves and software")
    assert meets(T, "basket weave", "Basket-weaves.")


def test_a_known_term_inside_other_words_does_not_count() -> None:
    assert not is_known(T, "software sales")
    assert not meets(T, "Software", "software sales")


def test_a_value_of_several_terms_stays_as_typed() -> None:
    assert label_of(S, "  Patents & trademarks ") == "Patents & trademarks"
    assert label_of(S, " patent law ") == "Patents"
    assert label_of(S, " Basket  weaving ") == "Basket  weaving"


def test_a_blank_value_has_no_terms() -> None:
    assert terms_of(S, " \u200b ") == ()
    assert not is_known(S, "")


def test_an_operator_s_aliases_come_after_the_project_s_own() -> None:
    form = normal_form(T, "basket weaving")
    aliases = Aliases({T: {form: ("software",), "software": ("chemistry",)}})
    assert terms_of(T, "Basket Weaving", aliases) == ("software",)
    assert terms_of(T, "software", aliases) == ("software",)
    assert terms_of(T, "optics and basket weaving", aliases) == ("optics", "software")
    assert terms_of(T, "Basket Weaving") == (form,)
    assert label_of(T, "Basket Weaving") == "Basket Weaving"


def test_why_met_prefers_the_value_that_has_the_term_itself() -> None:
    wanted = terms_of(S, "trademarks")
    narrow = why_met(S, wanted, ["FTO", "trade mark prosecution"])
    assert narrow is not None
    assert (narrow.value, narrow.term, narrow.same) == (
        "Trademark Prosecution",
        "Trademarks",
        False,
    )
    same = why_met(S, wanted, ["trade mark prosecution", "brands"])
    assert same is not None
    assert (same.value, same.term, same.same) == ("Trademarks", "Trademarks", True)
    assert why_met(S, wanted, ["FTO"]) is None


@given(KINDS, st.text(max_size=60))
def test_the_normal_form_of_a_normal_form_is_itself(kind: Kind, value: str) -> None:
    form = normal_form(kind, value)
    assert normal_form(kind, form) == form


@given(KINDS, st.text(alphabet="ab,;/+&()|:.-' andor§ß’", max_size=60))  # noqa: RUF001
def test_the_normal_form_is_stable_whatever_stands_between_the_words(
    kind: Kind, value: str
) -> None:
    form = normal_form(kind, value)
    assert normal_form(kind, form) == form
    assert len(set(terms_of(kind, value))) == len(terms_of(kind, value))


@given(NAMES, st.sampled_from(["", " ", "."]), st.booleans())
def test_every_name_means_its_term_however_it_is_typed(
    named: tuple[Kind, Term, str], after: str, upper: bool
) -> None:
    kind, term, name = named
    typed = (name.upper() if upper and name.isascii() else name) + after
    assert label(kind, typed) == [term.label]
    assert label_of(kind, typed) == term.label


@given(st.text(max_size=40))
def test_the_canonical_text_is_stable(value: str) -> None:
    assert canonical_text(canonical_text(value)) == canonical_text(value)


def test_hostile_values_are_read_in_no_time() -> None:
    for piece in ("(", "a/", "a & ", "-", "and ", "m/w/", ".", "1,"):
        assert scan(S, piece * 50_000) is not None


def test_the_indexes_are_made_from_the_vocabulary() -> None:
    for name, text in files().items():
        written = (FOLDER / name).read_text(encoding="utf-8")
        assert written == text, "run python -m jobmatch.vocabulary.indexing"


@pytest.mark.parametrize(
    "terms",
    [
        (Term("Patents"), Term("Trademarks", aliases=("patent",))),
        (Term("Patents"), Term("patent")),
        (Term("Patents", broader=("Rights",)),),
        (Term("A1", broader=("B1",)), Term("B1", broader=("A1",))),
    ],
)
def test_data_that_contradict_themselves_are_refused(terms: tuple[Term, ...]) -> None:
    with pytest.raises(VocabularyError):
        build(S, terms)
