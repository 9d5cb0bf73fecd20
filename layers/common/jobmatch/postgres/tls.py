"""Which servers a connection to the database trusts.

The certificates in `certificates/` are public: the roots of RDS, three a region, for clusters
(AWS publishes them at https://truststore.pki.rds.amazonaws.com, `scripts/split_rds_bundle.py`
renews the folder), and the roots of Amazon Trust Services, for RDS Proxy. They expire in 2061 and
2038 at the earliest.
"""

from __future__ import annotations

import os
import ssl
from functools import cache
from pathlib import Path

from jobmatch.errors import ConfigurationError

FOLDER = Path(__file__).parent / "certificates"


def context(*, rds_roots: bool) -> ssl.SSLContext:
    """A context that refuses a server without a trusted certificate for its host.

    Args:
        rds_roots: trust the roots of RDS and RDS Proxy in this function's region, which load in
            2 ms, instead of the system's store, which takes 30.

    Raises:
        ConfigurationError: the roots of this region are not here.
    """
    if not rds_roots:
        return _context()
    region = FOLDER / f"{os.environ.get('AWS_REGION')}.pem"
    if not region.is_file():
        raise ConfigurationError(f"There are no RDS certificates for the region {region.stem!r}.")
    return _context(FOLDER / "amazon.pem", region)


@cache
def _context(*roots: Path) -> ssl.SSLContext:
    made = ssl.create_default_context(cafile=roots[0] if roots else None)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    for path in roots[1:]:
        made.load_verify_locations(path)
    return made
