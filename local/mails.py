"""The mails that were sent, kept in a file between runs."""

import email
import email.policy
import json
import os
import threading
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from local.files import write

MOST = 5_000
"""Mails that are kept; older ones are forgotten."""


class Mails(list[Any]):
    """What moto appends each sent mail to, in place of its own list, which grows without end.

    Args:
        file: keeps the mails, one JSON object a line; it holds addresses. None keeps them until
            the end of the process.
        then: is told of each mail that was sent.
    """

    def __init__(
        self, file: Path | None, then: Callable[[dict[str, Any]], None] = lambda _: None
    ) -> None:
        super().__init__()
        self._file = file
        self._then = then
        self._lock = threading.Lock()
        kept = file.read_text("utf-8").splitlines() if file and file.exists() else []
        # The last line may be half written by a run that was killed.
        self._kept = deque(filter(None, map(_read, kept)), MOST)
        self._lines = len(kept)
        if self._file and kept:
            self._compact()

    def append(self, message: Any) -> None:
        """Keep a mail in the form of moto."""
        mail = _mail(message, datetime.now(UTC))
        self._keep(mail)
        self._then(mail)

    def _keep(self, mail: dict[str, Any]) -> None:
        with self._lock:
            self._kept.append(mail)
            if self._file is None:
                return
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
            with os.fdopen(os.open(self._file, flags, 0o600), "a", encoding="utf-8") as file:
                file.write(json.dumps(mail) + "\n")
            self._lines += 1
            if self._lines > 2 * MOST:
                self._compact()

    def newest_first(self) -> list[dict[str, Any]]:
        """The mails as the API shows them."""
        with self._lock:
            return list(self._kept)[::-1]

    def _compact(self) -> None:
        assert self._file is not None  # noqa: S101 - for the type checker
        write(self._file, "".join(f"{json.dumps(mail)}\n" for mail in self._kept))
        self._lines = len(self._kept)


def _read(line: str) -> dict[str, Any] | None:
    try:
        mail: dict[str, Any] = json.loads(line)
    except ValueError:
        return None
    return mail


def _mail(message: Any, time: datetime) -> dict[str, Any]:
    sent_at = time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if not hasattr(message, "raw_data"):  # sent by SendEmail: moto stores one body
        to = ", ".join(message.destinations.get("ToAddresses", []))
        body = {"subject": message.subject, "text": message.body, "html": None}
        return {"to": to, **body, "sentAt": sent_at}
    parsed = email.message_from_bytes(message.raw_data.encode(), policy=email.policy.default)
    return {
        "to": str(parsed["To"] or ", ".join(message.destinations)),
        "subject": str(parsed["Subject"] or ""),
        "text": _part(parsed, "plain"),
        "html": _part(parsed, "html"),
        "sentAt": sent_at,
    }


def _part(message: EmailMessage, kind: str) -> str | None:
    part = message.get_body((kind,))
    return None if part is None else str(part.get_content())
