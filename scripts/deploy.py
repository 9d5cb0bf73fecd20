"""Deploy what `make build` has built, then check that it is up: `make deploy ENV=dev`."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


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


def stamped(template: str, overrides: list[str]) -> str:
    """A template whose functions are published again when the value of a parameter changes.

    SAM publishes a version when the text of a function's properties has changed. A reference to a
    parameter is the same text whatever its value, so traffic would stay with the old settings.

    Raises:
        SystemExit: the template has no place for the stamp.
    """
    nested = sorted((ROOT / "templates").glob("*.yaml"))
    parts = [*overrides, *(path.read_text(encoding="utf-8") for path in nested)]
    stamp = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
    marked, places = re.subn(r"(?m)^( +CONFIGURATION: ).*$", rf"\g<1>{stamp!r}", template)
    if places != 1:
        raise SystemExit("The built template has no variable CONFIGURATION.")
    return marked


def origin(overrides: list[str]) -> str:
    """The first of the origins whose pages may call the API, or an empty text."""
    given = dict(override.split("=", 1) for override in overrides)
    return given.get("CorsOrigins", "").strip('"').split(",")[0]


def deploy(sam: str, environment: str, build: Path) -> None:
    """Deploy a build, for the processor that it was built for.

    Raises:
        subprocess.CalledProcessError: the deployment failed, or the deployed API is not up.
    """
    configured = settings(environment)
    # The AWS command line reads AWS_REGION, the SAM command line only the other name.
    if region := os.environ.get("AWS_REGION"):
        os.environ["AWS_DEFAULT_REGION"] = region
    architecture = json.loads((build / "manifest.json").read_text(encoding="utf-8"))["architecture"]
    # Overrides given here replace those of the file, so all of them are given.
    overrides = [*configured["parameter_overrides"], f'Architecture="{architecture}"']
    template = build / "deploy.yaml"
    template.write_text(stamped((build / "template.yaml").read_text(encoding="utf-8"), overrides))
    subprocess.run(  # noqa: S603 - the command line of our own environment
        [
            *(sam, "deploy", "--config-env", environment),
            *("--config-file", str(ROOT / "samconfig.toml")),
            *("--template-file", str(template), "--parameter-overrides", *overrides),
        ],
        check=True,
    )
    listed = subprocess.run(  # noqa: S603 - as above
        [
            *(sam, "list", "stack-outputs", "--output", "json"),
            *("--stack-name", configured["stack_name"]),
        ],
        check=True,
        stdout=subprocess.PIPE,
    )
    outputs = {entry["OutputKey"]: entry["OutputValue"] for entry in json.loads(listed.stdout)}
    subprocess.run(  # noqa: S603 - ours
        [ROOT / "scripts" / "smoke_test.sh", outputs["ApiUrl"], origin(overrides)], check=True
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("environment", help="a section of samconfig.toml: dev or prod")
    parser.add_argument("build", type=Path, help="folder that `make build` has filled")
    parser.add_argument("--sam", default="sam", help="the SAM command line")
    arguments = parser.parse_args()
    deploy(arguments.sam, arguments.environment, arguments.build)


if __name__ == "__main__":
    main()
