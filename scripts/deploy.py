"""Deploy what `make build` has built, then check that it is up: `make deploy ENV=dev`."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import boto3

if __name__ == "__main__":  # run by its path, it would not find the others
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.route_limits import delete_outdated
from scripts.upload_console import upload

ROOT = Path(__file__).resolve().parent.parent
ADVICE = "see above; docs/first-deployment.md says what may be meant."


def settings(environment: str) -> dict[str, Any]:
    """The parameters of a deployment in samconfig.toml.

    Raises:
        SystemExit: it has none for this one.
    """
    config = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))
    try:
        parameters: dict[str, Any] = config[environment]["deploy"]["parameters"]
    except KeyError:
        raise SystemExit(f"samconfig.toml has no [{environment}.deploy.parameters].") from None
    return parameters


def release_of(overrides: list[str], manifest: str) -> str:
    """A name for what is deployed: parameters, nested templates, and the hashes of all code."""
    nested = sorted((ROOT / "templates").glob("*.yaml"))
    parts = [*overrides, manifest, *(path.read_text(encoding="utf-8") for path in nested)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def stamped(template: str, stamp: str) -> str:
    """A template whose functions are published again when their release has another name.

    SAM publishes a version when the text of a function's properties has changed. A reference to a
    parameter is the same text whatever its value, so traffic would stay with the old settings.

    Raises:
        SystemExit: the template has no place for the stamp.
    """
    marked, places = re.subn(r"(?m)^( +CONFIGURATION: ).*$", rf"\g<1>{stamp!r}", template)
    if places != 1:
        raise SystemExit("The built template has no variable CONFIGURATION.")
    return marked


def origin(overrides: list[str]) -> str:
    """The first of the origins whose pages may call the API, or an empty text."""
    given = dict(override.split("=", 1) for override in overrides)
    return given.get("CorsOrigins", "").strip('"').split(",")[0]


def api_origin(overrides: list[str], outputs: dict[str, str]) -> str:
    """Where a deployed API answers: at its own domain, if it has one."""
    domain = dict(override.split("=", 1) for override in overrides).get("DomainName", "").strip('"')
    return f"https://{domain}" if domain else outputs.get("ApiUrl", "")


def name_region() -> None:
    """Name the region for all: the AWS command line reads AWS_REGION, SAM and boto3 do not."""
    if region := os.environ.get("AWS_REGION"):
        os.environ["AWS_DEFAULT_REGION"] = region


def deploy(sam: str, environment: str, build: Path, console: Path, *, asks: bool = True) -> None:
    """Deploy a build, for the processor that it was built for, and the console.

    Unless it `asks`, changes are made that samconfig.toml wants confirmed: somebody has approved.

    The headers of the console name the address of the API, which is known only once there is one:
    the first deployment goes on with a second one, which changes these headers alone.

    Raises:
        subprocess.CalledProcessError: the deployment failed, or the deployed API is not up.
    """
    configured = settings(environment)
    name_region()
    manifest = (build / "manifest.json").read_text(encoding="utf-8")
    architecture = json.loads(manifest)["architecture"]
    # Overrides given here replace those of the file, so all of them are given.
    overrides = [*configured["parameter_overrides"], f'Architecture="{architecture}"']
    template = build / "deploy.yaml"
    release = release_of(overrides, manifest)
    template.write_text(stamped((build / "template.yaml").read_text(encoding="utf-8"), release))
    overrides.append(f'Release="{release}"')
    name = configured["stack_name"]
    before = outputs_of(sam, name, must_exist=False)
    known = api_origin(overrides, before)
    delete_outdated(before.get("ApiUrl", ""), template)
    for _ in range(2):
        subprocess.run(  # noqa: S603 - the command line of our own environment
            [
                *(sam, "deploy", "--config-env", environment),
                *(() if asks else ("--no-confirm-changeset",)),
                *("--config-file", str(ROOT / "samconfig.toml")),
                *("--template-file", str(template), "--parameter-overrides", *overrides),
                f'ConsoleApiOrigin="{known}"',
            ],
            check=True,
        )
        outputs = outputs_of(sam, name)
        told, known = known, api_origin(overrides, outputs)
        if told == known or "ConsoleUrl" not in outputs:
            break
    if 'Stage="prod"' in overrides:
        # SAM can't say that nobody may delete a stack.
        boto3.client("cloudformation").update_termination_protection(
            StackName=name, EnableTerminationProtection=True
        )
    checked = [outputs["ApiUrl"], origin(overrides)]
    if page := outputs.get("ConsoleUrl"):
        upload(console, known, outputs)
        checked = [outputs["ApiUrl"], page.removesuffix("/console/"), page]
    subprocess.run([ROOT / "scripts" / "smoke_test.sh", *checked], check=True)  # noqa: S603 - ours


def outputs_of(sam: str, stack: str, *, must_exist: bool = True) -> dict[str, str]:
    """The outputs of a stack; none where there is no such stack yet."""
    listed = subprocess.run(  # noqa: S603 - the command line of our own environment
        [*(sam, "list", "stack-outputs", "--output", "json"), *("--stack-name", stack)],
        check=must_exist,
        stdout=subprocess.PIPE,
        stderr=None if must_exist else subprocess.DEVNULL,
    )
    if listed.returncode:
        return {}
    return {entry["OutputKey"]: entry["OutputValue"] for entry in json.loads(listed.stdout)}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("environment", help="a section of samconfig.toml: dev, free or prod")
    parser.add_argument("build", type=Path, help="folder that `make build` has filled")
    parser.add_argument("console", type=Path, help="folder that `make console` has filled")
    parser.add_argument("--sam", default="sam", help="the SAM command line")
    parser.add_argument("--yes", action="store_true", help="make the changes without asking")
    arguments = parser.parse_args()
    given = (arguments.sam, arguments.environment, arguments.build, arguments.console)
    try:
        deploy(*given, asks=not arguments.yes)
    except subprocess.CalledProcessError as error:
        # It has said what is wrong; a traceback would stand between that and the reader.
        raise SystemExit(f"{Path(error.cmd[0]).name} failed: {ADVICE}") from None


if __name__ == "__main__":
    main()
