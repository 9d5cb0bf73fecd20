"""HTML as the text that a browser shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmatch.documents.html_text import plain, text_of
from tests.support.work import calls_of


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        (
            (
                "<table><tr><td>Years</td><td>5</td></tr></table>"
                "<section>One</section><section>Two</section>"
            ),
            ["Years 5", "One", "Two"],
        ),
        ("<dl><dt>Place<dd>Oslo<dt>Pay<dd>much</dl>", ["Place", "Oslo", "Pay", "much"]),
        ("<p>a\n b</p>\n<ul><li>c<li>d</ul>", ["a b", "c", "d"]),
        ("a<br>b<hr>c<blockquote>d</blockquote>e", ["a", "b", "c", "d", "e"]),
        ("<p>Join <b>now</b>, a &amp; b", ["Join now, a & b"]),
        ("&amp;lt;b&amp;gt;<br>x", ["&lt;b&gt;", "x"]),
        ("<pre>a  b\n\n c</pre>", ["a  b", "", " c"]),
        ("one <b>two</b>\nthree", ["one two", "three"]),
        ("<a href='>'>link</a><p>rest <", ["link", "rest <"]),
    ],
    ids=str,
)
def test_blocks_are_apart_and_words_stay_together(html: str, lines: list[str]) -> None:
    assert plain(html).split("\n") == lines


@pytest.mark.parametrize(
    "html",
    [
        "<style>p {x: 'y'}</style>",
        "<script>if (a<b) '</p>'</script >",
        "<head><title>x</title><meta content=x></head>",
        "<template><p>x</p></template>",
        "<noscript>x</noscript>",
        "<p hidden>x",
        "<div style='Display : NONE !important'><p>x</p></div>",
        "<span style='visibility:hidden'>x</span>",
        "<span style='display:/**/none'>x</span>",
        "<span style='font-size:1px'>x</span>",
        "<span style='color: #FFF'>x</span>",
        "<span style='opacity:0'>x</span>",
        "<div style='position:absolute; left:-9999px'>x</div>",
        "<input hidden value=x>",
        "<!-- x --><!-- <p>x</p> -->",
        "<ul><li hidden>x<li>",
        "<table><tr><td hidden>x<td></table>",
    ],
    ids=str,
)
def test_what_no_reader_sees_is_left_out_and_swallows_nothing(html: str) -> None:
    assert plain(f"<p>before{html}<p>after</p>").split() == ["before", "after"]


def test_it_says_whether_something_was_hidden() -> None:
    assert text_of("<p hidden>x</p>").has_hidden
    assert not text_of("<style>x</style><p>y</p>").has_hidden


@given(st.text(st.sampled_from("xy \n<>/.,\t")))
def test_a_text_without_tags_stays_as_it_is(text: str) -> None:
    assert plain(text) == text
    assert plain(f"Join <Firm> now, a &amp; b{text}") == f"Join <Firm> now, a & b{text}"


PIECES = (
    *("<", ">", "<!--", "-->", "<a ", "<a b=", "&", "&#", "</", "<![CDATA[", "<p", "<!", "<?"),
    *("<a x='", '<a x="', "<div>", "<script>", "<style><!--", "</a ", "<title>", "</script>"),
    *("<li></li>", "<ul><b>", "<a x='>'", "<p hidden>", "<p style='display:none'>", "</p>"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_whatever_came_before_what_follows_is_read(html: str) -> None:
    closed = html + "--></script></title></style>'>\">"
    assert plain(closed) is not None
    assert "\0" not in plain(f"<p>{closed}")


@pytest.mark.parametrize("piece", PIECES)
def test_the_work_grows_with_the_length_alone(piece: str) -> None:
    def work(times: int) -> int:
        return calls_of(plain, "<li>" + piece * times + "'>")

    assert work(4_000) < 5 * work(1_000) + 2_000
