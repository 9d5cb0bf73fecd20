"""Mail addresses and their domains: what is one alone, and what is taken out of more."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jobmatch.careers.addresses import is_address, unpack_address
from jobmatch.careers.domains import canonical_domain, company_domain, mail_domains
from tests.support.spellings import around_addresses
from tests.support.work import calls_of

ADDRESSES = [
    *("robin@quill.example", "o'neil+cv@eu.quill.example", "ROBIN@QUILL.EXAMPLE", "r@localhost"),
    *("müller@bücher.example", "रोबिन@उदाहरण.example", "робин@пример.example", "r@a-b.c-d.example"),
]
LETTERS = st.text(st.characters(categories=["Ll", "Lo", "Lu"]), min_size=1, max_size=20)


@pytest.mark.parametrize("text", ADDRESSES)
def test_letters_of_any_script_make_an_address(text: str) -> None:
    assert is_address(text)
    assert unpack_address(text) == text


@given(LETTERS, LETTERS, LETTERS)
def test_any_letters_do(name: str, label: str, top: str) -> None:
    assert is_address(f"{name}@{label}.{top}")


@given(
    st.sampled_from(ADDRESSES).flatmap(
        lambda each: st.tuples(st.just(each), around_addresses(each))
    )
)
def test_what_stands_around_an_address_is_refused_and_unpacked(case: tuple[str, str]) -> None:
    address, text = case
    assert not is_address(text)
    assert unpack_address(text) == address
    assert mail_domains(text) == mail_domains(address)


@pytest.mark.parametrize(
    "text",
    [
        *("", "robin", "@quill.example", "robin@", "r@@quill.example", "r@x@quill.example"),
        *("r@-quill.example", "r@quill-.example", "r@quill..example", "r@.example", "r@qu_ill"),
        *("r b@quill.example", "r@qu ill.example", '"r"@quill.example', "r@[192.0.2.1]", "r,s@q.x"),
        *(
            "r\uff20quill.example",
            "r@qu\u200dill.example",
            f"r@{'a' * 64}.example",
            "r@quill\u2603",
        ),
    ],
)
def test_what_html_does_not_take_is_no_address(text: str) -> None:
    assert not is_address(text)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        # Of several the first, and what angle brackets hold before all.
        ("robin@quill.example; r@home.example", "robin@quill.example"),
        ('"r@home.example" <robin@quill.example>', "robin@quill.example"),
        ("robin [at] quill [dot] example", "robin@quill.example"),
        ("robin (at) quill.example", "robin@quill.example"),
        ("robin @ quill.example", "robin@quill.example"),
        ("robin(work)@quill.example", "robin@quill.example"),
        ("mailto:robin%40quill.example", "robin@quill.example"),
        ("robin\uff20quill\u3002example", "robin@quill.example"),
        ("*robin@quill.example*", "robin@quill.example"),
        ("robin", None),
        ("", None),
        ('"robin field"@quill.example', None),
    ],
)
def test_an_address_is_found_where_there_is_one(text: str, address: str | None) -> None:
    assert unpack_address(text) == address


@pytest.mark.parametrize(
    ("address", "domains"),
    [
        ("a@eu.lindqvist.example", ["eu.lindqvist.example", "lindqvist.example", "example"]),
        ("a@LINDQVIST.example.", ["lindqvist.example", "example"]),
        # Whatever can't be unpacked still hides, and so does each of several.
        ('"robin field"@quill.example', ["quill.example", "example"]),
        ("a@quill.example, b@ink.example", ["quill.example", "example", "ink.example"]),
        *((None, []), ("", []), (" ", []), ("n/a", []), ("robin", [])),
    ],
)
def test_an_address_is_in_its_domain_and_in_those_above(
    address: str | None, domains: list[str]
) -> None:
    assert mail_domains(address) == domains


@pytest.mark.parametrize(
    "domains",
    [
        ("müller.example", "MÜLLER.example", "mu\u0308ller.example", "xn--mller-kva.example"),
        ("XN--MLLER-KVA.example.", "@müller\u3002example", "\uff4d\u00fcller.example"),
        ("quill.example", "QUILL.EXAMPLE", "qu\u00adill.example", "qu\u200dill.example"),
        ("\u2603.example", "xn--n3h.example"),
        ("_smtp.quill.example", "_SMTP.Quill.example"),
        ("οδοσ.example", "ΟΔΟΣ.example"),
    ],
)
def test_spellings_of_a_domain_are_one(domains: tuple[str, ...]) -> None:
    assert len({canonical_domain(domain) for domain in domains}) == 1


def test_a_sharp_s_is_no_double_s_in_a_domain() -> None:
    assert canonical_domain("straße.example") == "xn--strae-oqa.example"
    assert canonical_domain("strasse.example") == "strasse.example"


@pytest.mark.parametrize(
    "text",
    [
        *("quill.example", "@Quill.example", "https://www.quill.example/team?a", "*.quill.example"),
        *(
            "info@quill.example",
            "quill.example,",
            "www.quill.example:443",
            "mailto:x@quill.example",
        ),
    ],
)
def test_a_company_may_write_its_domain_in_many_ways(text: str) -> None:
    assert company_domain(text) == "quill.example"


@given(st.text(max_size=40))
@example("0 \N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}")
@example("0 \N{ONE DOT LEADER}0")
@example("\x80U\N{MACRON}")
@example(".@")
@example("@ .a")
@example("\x80\N{DIGIT ONE FULL STOP}\xbb")
def test_any_text_is_read(text: str) -> None:
    found = unpack_address(text)
    assert found is None or is_address(found)
    assert all(mail_domains(text))
    assert canonical_domain(canonical_domain(text)) == canonical_domain(text)


UNITS = [
    "@",
    "a@",
    "<",
    "<@",
    "(",
    "a.b",
    "a.",
    "a-",
    " at ",
    "ü",
    ".@",
    "(at)",
    "\u200b",
    "@ ",
    "%40",
]


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("head", ["", "a@", "<"])
def test_a_long_text_takes_no_time(head: str, unit: str) -> None:
    text = head + unit * (10_000 // len(unit))
    for function in (is_address, unpack_address, mail_domains, company_domain):
        assert calls_of(function, text) < len(text) * 20
