"""The environment is made behind a proxy with its own authority, and without a home."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.packages import behind_own_authority, put_wheel
from tests.support.paths import ROOT
from tests.support.trust import FULL, Section, found

if TYPE_CHECKING:
    from collections.abc import Iterator

STORE = Path("/etc/ssl/certs")
NAMESPACE = ("unshare", "--user", "--map-root-user", "--mount")
# In a mount namespace the system's certificates can be others.
TRUSTING = f'mount --bind "$1" {STORE} && shift && exec "$@"'


@dataclass(frozen=True)
class Checkout:
    """A folder with the requirements of tiny packages, and the proxy that has these."""

    folder: Path
    authority: Path
    store: Path
    address: str

    def make(self, *version: str, system: bool) -> subprocess.CompletedProcess[str]:
        """Make the environment.

        Args:
            version: of Python.
            system: whether the system's certificates have the authority; else SSL_CERT_FILE does.
        """
        command = ["sh", str(ROOT / "scripts/make_environment.sh"), ".venv", "requirements/dev.txt"]
        if system:
            command = [*NAMESPACE, "sh", "-c", TRUSTING, "sh", str(self.store), *command]
        variables = {
            "PATH": os.environ["PATH"],
            "HOME": f"{os.devnull}/none",  # as of an account without one
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_RETRIES": "0",
            "PIP_INDEX_URL": self.address,
            "UV_NO_CONFIG": "1",
            "UV_HTTP_RETRIES": "0",
            "UV_DEFAULT_INDEX": self.address,
        }
        return subprocess.run(  # noqa: S603 - our own script
            [*command, *version],
            cwd=self.folder,
            env=variables | ({} if system else {"SSL_CERT_FILE": str(self.authority)}),
            capture_output=True,
            check=False,
            text=True,
        )


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    folder, store, index = (tmp_path / name for name in ("a b", "store", "index"))
    (folder / "requirements").mkdir(parents=True)
    store.mkdir()
    (folder / "requirements" / "dev.txt").write_text(
        put_wheel(index, "tiny", "1.0", {"tiny.py": b"VALUE = 1\n"})
    )
    (folder / "requirements" / "uv.txt").write_text(
        f"uv==1 --hash=sha256:{'0' * 64}\n"  # by default the proxy has none
    )
    authority = tmp_path / "authority.pem"
    with behind_own_authority(index, authority) as address:
        shutil.copy(authority, store / "ca-certificates.crt")
        shutil.copy(authority, store / "authority.pem")
        yield Checkout(folder, authority, store, address)


def with_uv(checkout: Checkout, index: Path) -> None:
    """The proxy has the real uv."""
    uv = Path(sys.executable).with_name("uv")
    if not uv.exists():
        pytest.skip("uv is not installed here")
    line = put_wheel(index, "uv", "1", {"scripts/uv": uv.read_bytes()})
    (checkout.folder / "requirements" / "uv.txt").write_text(line)


def works(*command: str) -> bool:
    """Whether a command ends well."""
    try:
        return not subprocess.run(command, check=False, capture_output=True).returncode  # noqa: S603 - ours
    except FileNotFoundError:
        return False


CASES = [
    pytest.param(version, system, uv, id=f"{version or 'any'}-{system=}-{uv=}")
    for version, system, uv in [
        ("", True, True),
        ("3.11", False, False),
        *(
            [("3.11", True, True), ("3.11", True, False), ("", True, False), ("", False, True)]
            * FULL
        ),
    ]
]


@pytest.mark.parametrize(("version", "system", "uv"), CASES)
def test_an_environment_is_made(
    *, version: str, system: bool, uv: bool, checkout: Checkout, tmp_path: Path
) -> None:
    if version and not works("sh", str(ROOT / "scripts/find_python.sh"), version):
        pytest.skip(f"Python {version} is not installed here")
    if system:
        if not works(*NAMESPACE, "mount", "--bind", str(checkout.store), str(STORE)):
            pytest.skip("there are no namespaces here")
        assert works("openssl", "rehash", str(checkout.store))
    if uv:
        with_uv(checkout, tmp_path / "index")
    done = checkout.make(*([version] if version else []), system=system)
    assert done.returncode == 0, done.stderr
    assert (checkout.folder / ".venv" / "ready").exists()
    assert ("uv is not available" in done.stderr) != uv, done.stderr
    python = checkout.folder / ".venv" / "bin" / "python"
    subprocess.run([python, "-c", "import tiny"], check=True)  # noqa: S603 - just made
    by = "uv" if uv else "pip"
    certificates = "the system's certificates" if system else "SSL_CERT_FILE"
    found(
        Section.FAULTS,
        "The environment made without a home, behind a proxy whose authority is in "
        f"{certificates}, "
        f"by {by} of Python {version or 'any'}",
        1,
        "it is made",
    )


def test_python_is_found_without_home() -> None:
    done = subprocess.run(  # noqa: S603 - our own script
        ["sh", str(ROOT / "scripts/find_python.sh")],  # noqa: S607 - from PATH
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        check=False,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert Path(done.stdout.strip()).exists()


def test_what_can_not_be_installed_is_explained(checkout: Checkout) -> None:
    checkout.authority.write_text("")
    done = checkout.make(system=False)
    assert done.returncode == 1
    assert not (checkout.folder / ".venv" / "ready").exists()
    assert "Traceback" not in done.stderr
    last = done.stderr.splitlines()[-1]
    assert last.startswith("The packages of requirements/dev.txt can't be installed")
    assert "HTTPS_PROXY" in last
    assert "SSL_CERT_FILE" in last
