"""The mail as a browser shows it: on phones and desks, light and dark, and as its text says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from jobmatch.candidates.schemas import AnonymousCandidate
from jobmatch.notifications.letter import compose
from jobmatch.notifications.queries import MOST_DESCRIBED, Mail, MailedMatch

if TYPE_CHECKING:
    from playwright.sync_api import Page

CONSOLE = "https://jobs.example/console"
JOB = UUID(int=7)
LINK = re.compile(r"https://jobs\.example/console/\S+")
CONTRAST = 4.5
"""WCAG 2.2 AA, for text of any size."""

# Each text's contrast with what is behind it, where it is shown.
CONTRASTS = """() => {
  const light = colour => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map(each => {
      const part = each / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = element => {
    const colour = getComputedStyle(element).backgroundColor;
    const clear = /, 0\\)$/.test(colour);
    return clear && element.parentElement ? behind(element.parentElement) : colour;
  };
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !element.checkVisibility()) continue;
    const pair = [getComputedStyle(element).color, behind(element)].map(light);
    const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    found.push([texts.currentNode.data.trim(), ratio]);
  }
  return found;
}"""
OUTSIDE = """width => [...document.body.querySelectorAll("*")]
  .filter(each => each.getBoundingClientRect().right > width || each.scrollWidth > width)
  .map(each => each.outerHTML.slice(0, 200))"""
BACKGROUND = "() => getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)"


def matches(count: int, summary: str = "Strong Match: strong in bar admissions.") -> Any:
    bars: Any = [
        {"jurisdiction": bar, "status": "active"}
        for bar in ("European Patent Office", "California", "New York", "Texas")
    ]
    for number in range(count):
        profile = UUID(int=number + 1)
        place = "Palo Alto, California" if number % 2 else None
        candidate = AnonymousCandidate(profile, place, 40 * number, [], [], bars, [])
        yield MailedMatch(profile, 100 - number, "Strong Match", summary, candidate)


def a_mail(*described: MailedMatch, title: str, company: str | None, others: int = 0) -> Mail:
    scores = {UUID(int=number): 80 for number in range(len(described) + others)}
    return Mail(UUID(int=9), JOB, "a@b.example", company, title, 75, scores, list(described))


HOSTILE = '"><script>document.title = "evil"</script><img src=x> &amp; <style>*{display:none}'
MAILS = {
    "one": a_mail(*matches(1), title="Patent counsel", company="Marlow Devices"),
    "many": a_mail(*matches(MOST_DESCRIBED), title="Counsel", company=None, others=7),
    "long": a_mail(*matches(2, "Long" * 1_250), title="Counsel" * 36, company="Marlow" * 42),
    "hostile": a_mail(*matches(2, HOSTILE), title=HOSTILE, company=HOSTILE),
}


@pytest.fixture(params=MAILS)
def mail(request: pytest.FixtureRequest) -> Mail:
    return MAILS[request.param]


@pytest.fixture(autouse=True, params=[CONSOLE, ""], ids=["console", "no console"])
def console(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("MAIL_SENDER", "matches@jobmatch.example")
    monkeypatch.setenv("CONSOLE_URL", request.param)
    return str(request.param)


def show(page: Page, mail: Mail) -> str:
    """Open the HTML in the browser; returns the text part."""
    message = compose(mail)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    page.set_content(html.get_content())
    return str(text.get_content())


@pytest.mark.parametrize("width", [320, 600, 1440])
def test_it_is_as_wide_as_the_screen(page: Page, mail: Mail, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 600})
    show(page, mail)
    assert page.evaluate(OUTSIDE, width) == []
    column = page.locator("h1").bounding_box()
    assert column is not None
    assert column["width"] <= 600


def test_each_text_can_be_read_light_and_dark(page: Page, mail: Mail) -> None:
    for scheme, darkest, lightest in (("light", 230, 255), ("dark", 0, 30)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        show(page, mail)
        assert all(darkest <= each <= lightest for each in page.evaluate(BACKGROUND)), scheme
        found = page.evaluate(CONTRASTS)
        assert len(found) > 10
        assert [each for each in found if each[1] < CONTRAST] == [], scheme


def test_the_text_says_the_same_and_has_the_same_links(
    page: Page, mail: Mail, console: str
) -> None:
    text = show(page, mail)
    links = page.locator("a")
    linked = [each.get_attribute("href") for each in links.all()]
    assert linked == LINK.findall(text)
    if console:
        job = f"{CONSOLE}/jobs/{JOB}"
        candidates = [f"{job}/matches/{each.profile_id}" for each in mail.described]
        assert linked == [*candidates, job, f"{CONSOLE}/settings"]
    else:
        assert linked == []
    shown = re.findall(r"\w+", page.locator("body").inner_text())
    assert shown == ["jobmatch", *re.findall(r"\w+", LINK.sub("", text))]


def test_a_link_is_a_target_that_a_finger_hits(page: Page, mail: Mail) -> None:
    show(page, mail)
    for each in page.locator("a").all():
        box = each.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 24


def test_a_reader_hears_headings_and_no_tables(page: Page, mail: Mail) -> None:
    show(page, mail)
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.title() == " ".join(str(compose(mail)["Subject"]).split())
    assert page.locator("table").count() == page.locator("table[role=presentation]").count() > 1
    assert page.locator("h1").count() == 1
    assert page.locator("h2").count() == len(mail.described)
    assert page.locator("script, img, link, iframe, form").count() == 0
    assert page.locator("style").count() == 1


def test_a_list_of_mails_shows_the_best_match_after_the_subject(page: Page, mail: Mail) -> None:
    show(page, mail)
    best = page.locator("body > div").first
    assert not best.is_visible()
    assert (best.text_content() or "").startswith("The best: 100 of 100, Strong Match, Less than")
