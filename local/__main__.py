"""The command line of the one-machine runtime: run it, and print tokens for it."""

import signal

if __name__ == "__main__":  # first of all: until `run` listens, Ctrl-C shall be no traceback
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import argparse
import os
import sys
from pathlib import Path

from local.ending import Ending
from local.errors import LocalError, in_words
from local.running import Running

MOST_PORT = 65_535
SWITCH = {"": None, "0": False, "1": True}


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "run":
            port, fresh = _port(options.port), bool(_switch("FRESH", options.fresh))
            sample = _switch("SAMPLE", options.sample)
            with Ending() as ending:
                from local.runtime import run  # noqa: PLC0415 - `token` needs none of it

                run(port, options.state, ending, fresh=fresh, sample=sample)
        else:
            domains = [part.strip() for part in options.domains.split(",") if part.strip()]
            running = Running.find(options.state)
            print(running.token(options.role, options.company, options.email, domains))
    except LocalError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except Exception as error:
        if not (said := in_words(error)):
            raise
        print(f"error: the database can't be used: {said}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description="jobmatch on one machine")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run everything until Ctrl-C")
    given = {name: os.environ.get(name, "") for name in ("PORT", "FRESH", "SAMPLE")}
    run.add_argument("--port", default=given["PORT"] or "8000", help="of the API; else PORT")
    run.add_argument(
        "--fresh",
        action="store_const",
        const="1",
        default=given["FRESH"],
        help="delete what earlier runs have stored; else FRESH=1",
    )
    run.add_argument(
        "--sample",
        choices=["0", "1"],
        default=given["SAMPLE"],
        help="without (0) or with (1) the invented people and jobs; by default with them, but not "
        "in the database of DATABASE_URL; else SAMPLE",
    )
    token = commands.add_parser("token", help="print a bearer token; works while `run` is up")
    token.add_argument("--role", choices=["admin", "employer"], required=True)
    token.add_argument("--company", help="the employer's company, required for an employer")
    token.add_argument("--email", help="the user's address; by default made from the company")
    token.add_argument("--domains", default="", help="the company's mail domains, with commas")
    for command in (run, token):
        command.add_argument(
            "--state", type=Path, default=Path(".local"), help="the state's folder"
        )
    return parser


def _port(text: str) -> int:
    if text.isascii() and text.isdecimal() and int(text) <= MOST_PORT:
        return int(text)
    raise LocalError(f"PORT is {text!r}, and not a number up to {MOST_PORT}")


def _switch(name: str, text: str) -> bool | None:
    if text in SWITCH:
        return SWITCH[text]
    raise LocalError(f"{name} is {text!r}, and not 0 or 1")


if __name__ == "__main__":
    sys.exit(main())
