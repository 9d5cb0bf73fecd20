"""The mail as HTML, for the programs that people read mail with.

They know tables and inline styles best; some drop the style sheet, which is why it has nothing but
the dark colours. Each value goes through `_fill`, which escapes it unless `_fill` itself has made
it: so nobody has to remember to escape, and no template engine is needed.
"""

from __future__ import annotations

from html import escape
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jobmatch.notifications.content import Described, Letter

_FONT = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_BACK, _CARD, _BADGE, _LINE = "#f1f3f6", "#ffffff", "#e6edfb", "#d9dde4"
_INK, _MUTED, _LINK, _ON_BADGE, _ON_BUTTON = "#1c212b", "#545c6b", "#1d4fb8", "#173b8a", "#ffffff"
_TABLE = 'role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"'
# Words as long as a title may be must not make a page wider than a phone.
_BREAK = "overflow-wrap:anywhere;word-break:break-word"

_PAGE = f"""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>$subject</title>
<style>
:root {{ color-scheme: light dark; supported-color-schemes: light dark; }}
@media (prefers-color-scheme: dark) {{
  .back {{ background-color: #12151a !important; }}
  .card {{ background-color: #1c2027 !important; border-color: #363c47 !important; }}
  .rule {{ border-color: #363c47 !important; }}
  .ink {{ color: #e9ebef !important; }}
  .muted {{ color: #adb4c0 !important; }}
  .link {{ color: #9dbdff !important; }}
  .badge {{ background-color: #27334e !important; color: #cbdaff !important; }}
  .button {{ background-color: #9dbdff !important; color: #10151f !important; }}
}}
</style>
</head>
<body class="back" style="margin:0;padding:0;background-color:{_BACK}">
<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">$preheader$filler</div>
<table {_TABLE} class="back" style="background-color:{_BACK}">
<tr><td align="center" style="padding:16px 8px">
<!--[if mso]><table role="presentation" width="600"><tr><td><![endif]-->
<table {_TABLE} class="ink" style="max-width:600px;table-layout:fixed;text-align:left;{_FONT};\
font-size:16px;line-height:24px;color:{_INK};{_BREAK}">
<tr><td class="card" style="padding:24px 16px;background-color:{_CARD};border:1px solid {_LINE};\
border-radius:8px">
<p class="muted" style="margin:0 0 16px;font-size:14px;font-weight:bold;color:{_MUTED}">jobmatch</p>
<p style="margin:0 0 8px">$greeting</p>
<h1 class="ink" style="margin:0 0 24px;font-size:20px;line-height:28px;color:{_INK}">$news</h1>
$described$end</td></tr>
<tr><td class="muted" style="padding:16px 17px;font-size:14px;line-height:20px;color:{_MUTED}">
$reasons$preferences</td></tr>
</table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr>
</table>
</body>
</html>
"""
_DESCRIBED = f"""\
<table {_TABLE} class="rule" style="table-layout:fixed;border-top:1px solid {_LINE}">
<tr><td width="64" valign="top" style="width:64px;padding:16px 0">
<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr>
<td class="badge" width="48" align="center" style="width:48px;padding:6px 0;border-radius:6px;\
background-color:{_BADGE};font-size:20px;font-weight:bold;color:{_ON_BADGE}">$score</td>
</tr><tr><td class="muted" align="center" style="font-size:12px;line-height:20px;color:{_MUTED}">\
of 100</td></tr></table>
</td><td valign="top" style="padding:16px 0">
<h2 class="ink" style="margin:0 0 4px;font-size:16px;line-height:24px;color:{_INK}">$label</h2>
<p style="margin:0 0 8px">$summary</p>
$facts$link</td></tr>
</table>
"""
_FACT = f"""\
<p class="muted" style="margin:0;font-size:14px;line-height:20px;color:{_MUTED}">$fact</p>
"""
_LINK_TO = f"""\
<p style="margin:$above 0 0"><a class="link" href="$address" style="display:inline-block;\
line-height:24px;color:{_LINK};text-decoration:underline">$words</a></p>
"""
_END = f"""\
<div class="rule" style="padding-top:24px;border-top:1px solid {_LINE}">
$others$all_matches</div>
"""
_BUTTON = f"""\
<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr>
<td class="button" style="border-radius:6px;background-color:{_LINK}">\
<a class="button" href="$address" style="display:inline-block;padding:12px 20px;border-radius:6px;\
background-color:{_LINK};font-weight:bold;color:{_ON_BUTTON};text-decoration:none">\
See all matches</a></td>
</tr></table>
"""
_PLAIN = '<p style="margin:0 0 $below">$words</p>\n'
# Without it, programs fill up the line below the subject with the beginning of the page.
_FILLER = "&#847;&zwnj;&nbsp;" * 60


class _Html(str):
    """HTML in which every value is escaped."""

    __slots__ = ()


def _fill(template: str, **values: str) -> _Html:
    """Put values into a template: as they are if they are HTML, else escaped."""
    safe = {
        name: value if isinstance(value, _Html) else escape(value) for name, value in values.items()
    }
    return _Html(Template(template).substitute(safe))


def _join(parts: Iterable[_Html]) -> _Html:
    return _Html("".join(parts))


def page(letter: Letter) -> str:
    """The HTML of a mail."""
    if letter.matches:
        all_matches = _fill(_BUTTON, address=letter.matches)
        preferences = _link(letter.preferences, "Change this, or turn mails off", above="0")
    else:
        all_matches = _plain(letter.matches_hint, below="0")
        preferences = _plain(letter.preferences_hint, below="0")
    others = _plain(letter.others, below="16px") if letter.others else ""
    return _fill(
        _PAGE,
        subject=letter.subject,
        preheader=_preheader(letter),
        filler=_Html(_FILLER),
        greeting=letter.greeting,
        news=letter.news,
        described=_join(map(_describe, letter.described)),
        end=_fill(_END, others=others, all_matches=all_matches),
        reasons=_join(_plain(reason, below="8px") for reason in letter.reasons),
        preferences=preferences,
    )


def _describe(described: Described) -> _Html:
    link = _link(described.link, "See this candidate", above="8px") if described.link else ""
    return _fill(
        _DESCRIBED,
        score=str(described.score),
        label=described.label,
        summary=described.summary,
        facts=_join(_fill(_FACT, fact=fact) for fact in described.facts),
        link=link,
    )


def _link(address: str, words: str, *, above: str) -> _Html:
    return _fill(_LINK_TO, address=address, words=words, above=above)


def _plain(words: str, *, below: str) -> _Html:
    return _fill(_PLAIN, words=words, below=below)


def _preheader(letter: Letter) -> str:
    """What a list of mails shows after the subject: the best match in short."""
    if not letter.described:
        return ""
    best = letter.described[0]
    return ", ".join([f"The best: {best.score} of 100", best.label, *best.facts]) + "."
