"""The emulator of AWS as a process, and the commands that are run against it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
import time
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.error import URLError
from urllib.request import urlopen

import boto3

from local.postgres import free_port
from tests.support.emulator import PYTHON as LAMBDA_PYTHON
from tests.support.emulator import mounting
from tests.support.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

ENVIRONMENT = ROOT / ".venv-aws-emulator"
PROGRAM = ENVIRONMENT / "bin" / "python"
RUNTIME = Path(__file__).parent / "engine" / "runtime.sh"
REGION = "us-east-1"
ACCOUNT = "123456789012"
PATIENCE = 60.0
AWS = f"""#!/bin/sh
# The command line of PyPI is version 1: it takes what version 2 calls raw-in-base64-out.
[ "$1" != --version ] || exec echo aws-cli/2
for word; do
    shift
    case $word in --cli-binary-format | raw-in-base64-out) ;; *) set -- "$@" "$word" ;; esac
done
exec {PROGRAM} -m awscli "$@"
"""


class Emulator:
    """An account of AWS on this machine, in which IAM is enforced.

    Args:
        folder: keeps its log, its certificate and its command line.
        cluster: variables that tell it of a server for Aurora.
    """

    def __init__(self, folder: Path, cluster: Mapping[str, str]) -> None:
        self._folder = folder
        self._cluster = cluster
        self._port, self._https = free_port(), free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._clients: dict[str, Any] = {}
        self._ended = 0
        self.url = f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        bin_folder = self._folder / "bin"
        bin_folder.mkdir(parents=True)
        (bin_folder / "aws").write_text(AWS)
        (bin_folder / "aws").chmod(0o755)
        # Whatever has an https address is this emulator; its certificate is nobody's.
        curl = f'connect-to = ":443:127.0.0.1:{self._https}"\ninsecure\n'
        (self._folder / ".curlrc").write_text(curl)
        with self.log_path.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [PROGRAM, "-m", "tests.aws.engine"],
                cwd=self._folder,
                env={
                    "PATH": os.environ["PATH"],
                    "HOME": str(self._folder),
                    "TMPDIR": str(self._folder),
                    "PYTHONPATH": str(ROOT),
                    "AUTH": "true",
                    "GATEWAY_PORT": str(self._port),
                    "HTTPS_PORT": str(self._https),
                    "MINISTACK_REGION": REGION,
                    "MINISTACK_ACCOUNT_ID": ACCOUNT,
                    "LAMBDA_EXECUTOR": "local",
                    "IOT_MTLS_ENABLED": "false",
                    "SFTP_ENABLED": "false",
                    "LAMBDA_PROGRAM": str(RUNTIME),
                    "LAMBDA_PYTHON": str(LAMBDA_PYTHON),
                    "MOUNTING": " ".join(mounting()),
                    "AWS_ACCESS_KEY_ID": "test",
                    "AWS_SECRET_ACCESS_KEY": "test",
                    "AWS_EC2_METADATA_DISABLED": "true",
                    **self._cluster,
                },
                stdin=subprocess.PIPE,  # it ends when this process does
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._wait()
        return self

    def __exit__(self, *_: object) -> None:
        for client in self._clients.values():
            client.close()
        if self._process and self._process.stdin:
            self._process.stdin.close()
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)  # it keeps nothing; its functions, too
            self._process.wait()
        for unpacked in (
            *self._folder.glob("ministack-*"),
            *self._folder.glob("tmp.*"),
            self._folder / "layers",
        ):
            shutil.rmtree(unpacked, ignore_errors=True)

    def _wait(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                with urlopen(f"{self.url}/_ministack/health", timeout=5):  # noqa: S310 - our own
                    return
            except (URLError, OSError) as error:
                ended = self._process is None or self._process.poll() is not None
                if ended or time.monotonic() > deadline:
                    raise RuntimeError(f"{error}\n{self.log()}") from None
                time.sleep(0.1)

    def end_functions(self) -> None:
        """End the processes of functions, so that the next call of each is a start."""
        assert self._process
        assert self._process.stdin
        self._process.stdin.write(b"\n")
        self._process.stdin.flush()
        deadline = time.monotonic() + PATIENCE
        while f"ended functions {self._ended}" not in self.log():
            assert time.monotonic() < deadline, self.tail()
            time.sleep(0.05)
        self._ended += 1

    @property
    def log_path(self) -> Path:
        """What the emulator prints."""
        return self._folder / "emulator.log"

    def log(self) -> str:
        """The output so far."""
        return self.log_path.read_text(encoding="utf-8", errors="replace")

    @cached_property
    def environment(self) -> Mapping[str, str]:
        """The variables of a shell that works in this account."""
        keep = {name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ}
        return keep | {
            "PATH": f"{self._folder / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}",
            "CURL_HOME": str(self._folder),
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_PAGER": "",
            "SAM_CLI_TELEMETRY": "0",
            "SAM_CLI_POLL_DELAY": "0.5",  # seconds; the default is for stacks of minutes
        }

    def over_https(self) -> Mapping[str, str]:
        """Variables to ask over TLS: SAM's bucket refuses all but the account's owner without."""
        certificate = self._folder / "certificate.pem"
        certificate.write_text(ssl.get_server_certificate(("127.0.0.1", self._https)))
        return {
            "AWS_ENDPOINT_URL": f"https://localhost:{self._https}",
            "AWS_CA_BUNDLE": str(certificate),
        }

    def client(self, service: str) -> Any:
        """A client of one of its services, with the rights of the account's owner."""
        if service not in self._clients:
            self._clients[service] = self._new_client(service)
        return self._clients[service]

    def _new_client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def run(
        self,
        *words: str | Path,
        cwd: Path,
        given: str = "",
        fails: bool = False,
        variables: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in a shell of this account; its output is kept for a failure's report."""
        done = subprocess.run(  # noqa: S603 - the project's programs
            [str(word) for word in words],
            cwd=cwd,
            env={**self.environment, **(variables or {})},
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
        if bool(done.returncode) != fails:
            report = f"{done.args}: {done.returncode}\n{done.stdout}{done.stderr}\n{self.tail()}"
            raise AssertionError(report)
        return done

    def tail(self) -> str:
        """The end of the output."""
        return "\n".join(self.log().splitlines()[-60:])

    def mails_from(self, address: str) -> list[dict[str, Any]]:
        """The mails that an address has sent."""
        with urlopen(f"{self.url}/_ministack/ses/messages", timeout=10) as answer:  # noqa: S310 - as above
            messages: dict[str, list[dict[str, Any]]] = json.load(answer)["messages"]
        return [mail for mail in messages.get(ACCOUNT, []) if address in mail["Source"]]
