"""Deploy what `make build` has built, then see that it is up: `make deploy ENV=dev`."""

from __future__ import annotations

import argparse
import json
import subprocess
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def settings(environment: str) -> dict[str, Any]:
    """What samconfig.toml says about a deployment.

    Raises:
        SystemExit: it says nothing about this one.
    """
    config = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))
    try:
        parameters: dict[str, Any] = config[environment]["deploy"]["parameters"]
    except KeyError:
        raise SystemExit(f"samconfig.toml has no [{environment}.deploy.parameters].") from None
    return parameters


def deploy(sam: str, environment: str, build: Path) -> None:
    """Deploy a build for the processor that it was made for.

    Raises:
        subprocess.CalledProcessError: the deployment failed, or what is deployed is not up.
    """
    configured = settings(environment)
    architecture = json.loads((build / "manifest.json").read_text(encoding="utf-8"))["architecture"]
    subprocess.run(  # noqa: S603 - the command line of the environment that we made
        [
            *(sam, "deploy", "--config-env", environment),
            *("--config-file", str(ROOT / "samconfig.toml")),
            *("--template-file", str(build / "template.yaml"), "--parameter-overrides"),
            # Given here, overrides stand instead of those of the file; so all of them are.
            *(*configured["parameter_overrides"], f"Architecture={architecture}"),
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
    outputs = {each["OutputKey"]: each["OutputValue"] for each in json.loads(listed.stdout)}
    subprocess.run([ROOT / "scripts" / "smoke_test.sh", outputs["ApiUrl"]], check=True)  # noqa: S603 - ours


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
