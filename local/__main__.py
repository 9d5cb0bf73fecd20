"""The command line of the one-machine runtime: run it, and print tokens for it."""

import argparse
import os
import sys
from pathlib import Path

from local.errors import LocalError
from local.running import Running


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "run":
            from local.runtime import run  # noqa: PLC0415 - `token` needs none of it

            run(options.port, options.state, fresh=options.fresh)
        else:
            domains = [part.strip() for part in options.domains.split(",") if part.strip()]
            running = Running.find(options.state)
            print(running.token(options.role, options.company, options.email, domains))
    except LocalError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass  # before there was anything to stop
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description="jobmatch on one machine")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run everything until Ctrl-C")
    run.add_argument("--port", type=int, default=os.environ.get("PORT") or "8000")
    fresh = os.environ.get("FRESH", "") not in {"", "0"}
    run.add_argument("--fresh", action="store_true", default=fresh, help="start empty")
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


if __name__ == "__main__":
    sys.exit(main())
