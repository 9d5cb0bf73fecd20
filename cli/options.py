"""What the command line accepts: commands, options, and what each option may be."""

from __future__ import annotations

import argparse
import json
import os
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit
from uuid import UUID

from cli.errors import WRONG_OPTION
from jobmatch.audit.chains import RETENTION

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LISTS = ("specializations", "technicalDomains", "bars")
"""The lists of values that have a vocabulary."""
FORMS = ("profiles", "greenhouse", "ashby", "employer")
"""What a file to import holds: profiles, the public JSON of a job board, or what `export` wrote."""
BOARDS = ("greenhouse", "ashby")
LEVELS = ("INFO", "WARNING", "ERROR")
_LONGEST_SHOWN, _LONGEST_VALUE = 60, 100
_MOST_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Kind:
    """What an option may be.

    Args:
        allowed: in words, as they follow "is not".
        read: the value of a text; ValueError or OSError if it is not allowed.
    """

    allowed: str
    read: Callable[[str], Any]

    def __call__(self, text: str) -> Any:
        """The value of what was typed, as argparse asks for it."""
        try:
            return self.read(text)
        except (OSError, TypeError, ValueError):
            shown = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
            raise argparse.ArgumentTypeError(f"{shown!r} is not {self.allowed}") from None


def _whole(lowest: int, highest: int) -> Kind:
    def read(text: str) -> int:
        return int(_checked(int(text), lowest <= int(text) <= highest))

    return Kind(f"a whole number from {lowest} to {highest}", read)


def _checked(value: Any, is_allowed: object) -> Any:
    if not is_allowed:
        raise ValueError
    return value


def _address(text: str) -> str:
    parts = urlsplit(text)
    # The port is read, because only that finds a wrong one.
    is_web = parts.scheme in ("http", "https")
    return str(_checked(text, is_web and parts.hostname and parts.port != 0))


def _file(text: str) -> Path:
    with Path(text).open("rb"):
        return Path(text)


def _new_file(text: str) -> Path:
    path = Path(text)
    is_possible = path.parent.is_dir() and not path.is_dir() and os.access(path.parent, os.W_OK)
    return Path(_checked(path, text and is_possible))


def _heads(text: str) -> Path:
    path = _new_file(text)
    if path.exists():
        heads = json.loads(path.read_text(encoding="utf-8"))
        _checked(heads, isinstance(heads, dict))
        for number, hash_, *_ in heads.values():
            _checked(number, isinstance(number, int) and isinstance(hash_, str))
    return path


def _anchors(text: str) -> str:
    is_bucket = re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", text, re.ASCII)
    return str(_checked(text, is_bucket or Path(text).is_dir()))


def _day(text: str) -> str:
    _checked(text, re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII))
    return date.fromisoformat(text).isoformat()


def _seconds(text: str) -> float:
    return float(_checked(float(text), 1 <= float(text) <= _MOST_SECONDS))


ID = Kind("an id, such as 0190a3c4-5d6e-7f80-91a2-b3c4d5e6f708", UUID)
TRACE = Kind(
    "an id of a request, job, run or mail",
    lambda text: _checked(text, re.fullmatch(r"[A-Za-z0-9+/=_-]{1,64}", text, re.ASCII)),
)
FILE = Kind("a file that can be read", _file)
NEW_FILE = Kind("a file in a folder that can be written to", _new_file)
HEADS = Kind("a file that `verify` has written, or a new one", _heads)
ANCHORS = Kind("a folder, or s3:// and the name of a bucket", _anchors)
FOLDER = Kind("a folder", lambda text: Path(_checked(text, text and not Path(text).is_file())))
ADDRESS = Kind("an http or https address", _address)
DAY = Kind("a day, such as 2026-11-30", _day)
SECONDS = Kind(f"a number of seconds from 1 to {_MOST_SECONDS}", _seconds)
TEXT = Kind(
    f"a text of 1 to {_LONGEST_VALUE} characters",
    lambda text: _checked(text, 1 <= len(text.strip()) <= _LONGEST_VALUE),
)
STACK = Kind(
    "the name of a stack",
    lambda text: _checked(text, re.fullmatch("[A-Za-z][A-Za-z0-9-]{0,127}", text)),
)


class Parser(argparse.ArgumentParser):
    """A parser that explains a mistake in one line."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with which option, and end."""
        said = message.removeprefix("argument ")
        self.exit(WRONG_OPTION, f"error: {said} (see {self.prog} --help)\n")


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options of a call; ends the program with exit code 2 if they are not allowed."""
    made = parser()
    options = made.parse_args(arguments)
    if options.command == "audit" and (options.first or "") > (options.last or "9"):
        made.error(f"--from {options.first} is after --to {options.last}")
    if options.command == "import" and (options.form in BOARDS) != bool(options.employer):
        made.error("--employer goes with --as greenhouse and --as ashby")
    if options.command == "import" and options.form == "employer":
        if options.each or options.resumes:
            made.error("--each and --resumes do not go with --as employer")
    elif getattr(options, "skip_unknown_candidates", False):
        made.error("--skip-unknown-candidates goes with --as employer")
    return options


def parser() -> Parser:
    """All commands with their options."""
    made = Parser(
        prog="jobmatch",
        description="Operate jobmatch.",
        epilog="Exit codes: 0 done; 1 refused, failed, or a verification found something;"
        " 2 an option is not allowed; 3 the system is not running or does not answer;"
        " 130 interrupted.",
        allow_abbrev=False,
    )
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, text: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=text, description=text, allow_abbrev=False)

    why = add("why", "say why a job is or is not matched")
    match = add("match", "match a job now, and wait for the result")
    match.add_argument("--seconds", type=SECONDS, default=120, help="how long to wait")
    add("due", "list the jobs that are due for matching")
    ranking = add("ranking", "show a job's best matches")
    ranking.add_argument("--limit", type=_whole(1, 10_000), default=20, help="how many")
    explain = add("explain", "explain why a candidate is or is not a match")
    for command in (why, match, ranking, explain):
        command.add_argument("job", type=ID)
    explain.add_argument("profile", type=ID)
    imported = add(
        "import", "import profiles from JSON Lines, the jobs of a job board, or an employer's file"
    )
    imported.add_argument("file", type=FILE)
    imported.add_argument(
        "--each", action="store_true", help="import those without faults, and name the others"
    )
    imported.add_argument("--resumes", action="store_true", help="each line is a JSON Resume")
    imported.add_argument(
        "--as", dest="form", choices=FORMS, default="profiles", help="what the file holds"
    )
    imported.add_argument("--employer", type=ID, help="whose jobs of a job board they are")
    imported.add_argument(
        "--skip-unknown-candidates",
        action="store_true",
        help="of an employer's file, leave out what is about candidates who are not here",
    )
    exported = add("export", "write all data of an employer to a file, which `import` takes")
    exported.add_argument("file", type=NEW_FILE)
    exported.add_argument("--employer", type=ID, required=True, help="whose data")
    exported.add_argument(
        "--complete",
        action="store_true",
        help="also what the employer may not see: for the operator, to move them elsewhere",
    )
    _add_records(add)
    _add_vocabulary(add)
    _add_operation(add)
    for command in commands.choices.values():
        _add_place(command)
    return made


def _add_records(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    verify = add("verify", "verify the decision log")
    verify.add_argument(
        "--saved",
        "--kept",  # its former name
        type=HEADS,
        metavar="FILE",
        help="file with the hashes of the last verification: compared, then replaced",
    )
    verify.add_argument(
        "--anchors",
        type=ANCHORS,
        metavar="PLACE",
        help="folder, or s3://BUCKET, with heads that were signed: the log must continue them",
    )
    verify.add_argument(
        "--anchor-key",
        type=FILE,
        metavar="FILE",
        help="the public key that the anchors are signed with; by default the one in them",
    )
    verify.add_argument(
        "--retention-days",
        type=_whole(0, 36_500),
        default=RETENTION.days,
        help="DecisionRetentionDays, or its smallest value so far; 0 is never",
    )
    audit = add("audit", "count the candidates who passed and were shortlisted")
    audit.add_argument("--from", dest="first", type=DAY, metavar="DAY", help="first day, in UTC")
    audit.add_argument("--to", dest="last", type=DAY, metavar="DAY", help="last day, in UTC")
    audit.add_argument(
        "--groups", type=FILE, metavar="FILE", help="CSV file with the heading profileId,group"
    )
    audit.add_argument("--csv", type=NEW_FILE, metavar="FILE", help="file to write, with all jobs")


def _add_vocabulary(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    unknown = add("unknown", "list the values in use that are not known")
    unknown.add_argument("--list", choices=LISTS, help="only of this list")
    unknown.add_argument("--limit", type=_whole(1, 100), default=50, help="how many, at most 100")
    add("aliases", "list the aliases that operators have made")
    alias = add("alias", "make a value an alias of a known term")
    alias.add_argument("list", choices=LISTS)
    alias.add_argument("value", type=TEXT, help="the value, as people write it")
    alias.add_argument("term", type=TEXT, help="the known term that it means")
    unalias = add("unalias", "end an alias that an operator has made")
    unalias.add_argument("alias", type=ID, help="its id, which `aliases` shows")


def _add_operation(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    logs = add("logs", "show the functions' log lines in words")
    logs.add_argument("id", type=TRACE, nargs="?", help="only of this request, job, run or mail")
    logs.add_argument("--level", choices=LEVELS, default="INFO", help="only from this level on")
    logs.add_argument("--limit", type=_whole(1, 10_000), default=100, help="the last so many lines")
    logs.add_argument("--hours", type=_whole(1, 24 * 30), default=24, help="how far back, on AWS")
    logs.add_argument("--file", type=FILE, metavar="FILE", help="read this file, or /dev/stdin")
    dead = add("dead", "list, retry or drop dead letters")
    dead.add_argument("action", choices=("list", "retry", "drop"), nargs="?", default="list")
    dead.add_argument("letter", type=ID, nargs="?", help="id of one dead letter; or --all")
    dead.add_argument("--all", action="store_true", help="retry or drop all of them")
    add("reindex", "index the profiles that are not indexed").add_argument(
        "--all", action="store_true", help="also those that seem to be indexed"
    )
    add("mcp", "serve the API as tools to an agent, over standard input and output")
    add("purge", "delete history that is older than its retention")


def _add_place(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--url",
        type=ADDRESS,
        default=os.environ.get("JOBMATCH_URL") or None,
        help="the API's address (JOBMATCH_URL), with an admin's token in JOBMATCH_TOKEN;"
        " by default the API on this machine",
    )
    command.add_argument(
        "--stack",
        type=STACK,
        default=os.environ.get("JOBMATCH_STACK") or None,
        help="the deployed stack (JOBMATCH_STACK), for queues, logs and functions on AWS",
    )
    command.add_argument(
        "--state",
        type=FOLDER,
        default=os.environ.get("JOBMATCH_STATE") or ".local",
        help="folder of the runtime on this machine (JOBMATCH_STATE)",
    )
