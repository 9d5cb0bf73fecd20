"""Write the root certificates of RDS into the layer, one file for each region.

AWS publishes them in one file. Repeat this every few months, or when a region is added:

    curl -sSfo bundle.pem https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem
    .venv/bin/python scripts/split_rds_bundle.py bundle.pem
"""

import re
import sys
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

FOLDER = (
    Path(__file__).resolve().parent.parent
    / "layers"
    / "common"
    / "jobmatch"
    / "postgres"
    / "certificates"
)
ROOT = re.compile(r"Amazon RDS ([a-z]{2}(?:-[a-z]+)+-\d) Root CA (?:RSA2048|RSA4096|ECC384) G\d")


def region_of(certificate: x509.Certificate) -> str | None:
    """The region whose root certificate this is; None for a preview or an expired one.

    Raises:
        ValueError: it is named like a root certificate of RDS, but is not one.
    """
    (name,) = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    match = ROOT.fullmatch(name.value) if isinstance(name.value, str) else None
    if not match or certificate.not_valid_after_utc < datetime.now(UTC):
        return None
    certificate.verify_directly_issued_by(certificate)
    if not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
        raise ValueError(f"{match[0]} is not a certificate authority's")
    return match[1]


def main(bundle: Path) -> None:
    """Split the bundle and print how many certificates were written."""
    regions = defaultdict[str, list[tuple[str, str]]](list)
    for certificate in x509.load_pem_x509_certificates(bundle.read_bytes()):
        if region := region_of(certificate):
            text = certificate.public_bytes(Encoding.PEM).decode()
            regions[region].append((certificate.subject.rfc4514_string(), text))
    for region, roots in regions.items():
        pem = "".join(text for _, text in sorted(roots))
        (FOLDER / f"{region}.pem").write_text(pem, encoding="ascii")
    print(f"{sum(map(len, regions.values()))} roots of {len(regions)} regions")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
