"""The certificates in the layer are what they are called, and good for years."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509

from jobmatch.postgres.connecting import CERTIFICATES
from scripts.split_rds_bundle import region_of

FILES = {path.stem: path for path in CERTIFICATES.glob("*.pem")}
REGIONS = sorted(FILES.keys() - {"amazon"})


def certificates(name: str) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(FILES[name].read_bytes())


@pytest.mark.parametrize("region", REGIONS)
def test_a_regions_file_holds_the_regions_own_roots(region: str) -> None:
    assert [region_of(root) for root in certificates(region)] == [region] * 3


@pytest.mark.parametrize("name", FILES)
def test_every_root_is_its_own_and_stays_valid(name: str) -> None:
    for root in certificates(name):
        root.verify_directly_issued_by(root)
        assert root.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
        assert root.not_valid_after_utc > datetime.now(UTC) + timedelta(days=365)


def test_the_proxys_roots_are_amazons() -> None:
    names = [root.subject.rfc4514_string() for root in certificates("amazon")]
    assert names == [f"CN=Amazon Root CA {number},O=Amazon,C=US" for number in (1, 2, 3, 4)]


def test_the_large_regions_are_there() -> None:
    assert {"us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-southeast-2"} <= {*REGIONS}
