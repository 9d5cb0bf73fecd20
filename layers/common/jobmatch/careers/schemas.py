"""Mail addresses on the wire."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from jobmatch.careers.addresses import is_address
from jobmatch.wire import Optional, WithoutNul


def _checked(value: str) -> str:
    if not is_address(value):
        raise ValueError("must be a mail address and nothing else")
    return value


_LOCAL = "[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\\u0080-\\uffff-]+"
_LABEL = (
    "[A-Za-z0-9\\u0080-\\uffff](?:[A-Za-z0-9\\u0080-\\uffff-]{0,61}[A-Za-z0-9\\u0080-\\uffff])?"
)
# For the API document. Of other scripts only letters and digits are taken, which no pattern of
# JSON Schema can say.
_PATTERN = f"{_LOCAL}@{_LABEL}(?:\\.{_LABEL})*"
_Checked = Annotated[str, Field(max_length=255), WithoutNul, AfterValidator(_checked)]
Address = Annotated[_Checked, Field(json_schema_extra={"pattern": f"^{_PATTERN}$"})]
"""A mail address as HTML's e-mail input takes it, with letters of any script."""
OptionalAddress = Optional[
    Annotated[_Checked, Field(json_schema_extra={"pattern": f"^(?:\\s*|{_PATTERN})$"})]
]
"""An address that may be left out; blank counts as left out."""
