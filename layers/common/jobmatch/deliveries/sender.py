"""Posting a signed event to its receiver, from outside the network that holds the database.

The receiver is anybody's server. So it is reached at an address that was found to be public, all
that it answers is read up to its status, and the whole takes no longer than a deadline.
"""

from __future__ import annotations

import socket
import ssl
import time
from typing import TYPE_CHECKING, Any

from jobmatch.config import settings
from jobmatch.telemetry import logger
from jobmatch.webhooks.messages import Delivery, DeliveryResult, queue_result
from jobmatch.webhooks.receivers import is_public, read_url

if TYPE_CHECKING:
    from jobmatch.webhooks.receivers import Target

FRESH_SECONDS = 240
"""How old a signature may be when it is sent; receivers refuse those older than five minutes."""
SECONDS = 15.0
"""How long the connection, the request and the beginning of the answer may take together."""
MOST_READ = 16_384
_AGENT = "jobmatch-webhooks/1"


class UnsentError(Exception):
    """No status came back; `args[0]` is the reason, a word for the owner of the webhook."""


def send_webhook(delivery: Delivery) -> None:
    """Post an event, and tell what became of it.

    Raises:
        Exception: that could not be told; the message comes again, and so may the event.
    """
    status, error = None, None
    try:
        status = post(delivery)
    except UnsentError as unsent:
        error = unsent.args[0]
    about: dict[str, Any] = {"webhook_id": delivery.webhook_id, "event_id": delivery.event_id}
    if error is None:
        logger.info("The webhook is sent.", **about, status=status)
    else:
        logger.info("The webhook could not be sent.", **about, error=error)
    ids = {"webhookId": delivery.webhook_id, "eventId": delivery.event_id}
    tries = {"claim": delivery.claim, "attempt": delivery.attempt}
    result = {**ids, **tries, "status": status, "error": error}
    queue_result(DeliveryResult.model_validate(result))


def post(delivery: Delivery) -> int:
    """The status that the receiver answers; a redirect is an answer, and is not followed.

    Raises:
        UnsentError: the message is stale, may not be sent there, or was not answered.
    """
    if time.time() - int(delivery.headers["webhook-timestamp"]) > FRESH_SECONDS:
        raise UnsentError("stale")
    anywhere = settings().webhooks_to_anywhere
    try:
        target = read_url(delivery.url, anywhere=anywhere)
    except ValueError:
        raise UnsentError("not-public") from None
    ends = time.monotonic() + SECONDS
    try:
        addresses = resolve(target)
        if not anywhere and not all(map(is_public, addresses)):
            raise UnsentError("not-public")
        with _connected(target, addresses, ends) as connection:
            connection.settimeout(_left(ends))
            connection.sendall(_request(target, delivery))
            return _status(connection, ends)
    except TimeoutError:
        raise UnsentError("timeout") from None
    except ssl.SSLError:
        raise UnsentError("certificate") from None
    except OSError:
        raise UnsentError("unreachable") from None


def resolve(target: Target) -> list[str]:
    """The addresses that a host stands for at this moment."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise UnsentError("unknown-host") from None
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def _connected(target: Target, addresses: list[str], ends: float) -> socket.socket:
    """A connection to one of these addresses, and no other; encrypted, to who bears the name."""
    for number, address in enumerate(addresses, 1):
        try:
            # By the address itself, so that the name can't stand for another one meanwhile.
            connection = socket.create_connection((address, target.port), _left(ends))
            break
        except OSError:
            if number == len(addresses):
                raise
    if not target.is_encrypted:
        return connection
    try:
        # The handshake has what is left, and not once more what the connection had.
        connection.settimeout(_left(ends))
        return ssl.create_default_context().wrap_socket(connection, server_hostname=target.host)
    except BaseException:
        connection.close()
        raise


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _request(target: Target, delivery: Delivery) -> bytes:
    body = delivery.body.encode()
    host = f"[{target.host}]" if ":" in target.host else target.host
    usual = 443 if target.is_encrypted else 80
    headers = {
        "host": host if target.port == usual else f"{host}:{target.port}",
        "user-agent": _AGENT,
        "accept": "*/*",
        "content-length": str(len(body)),
        "connection": "close",
        **delivery.headers,
    }
    lines = [
        f"POST {target.path} HTTP/1.1",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


def _status(connection: socket.socket, ends: float) -> int:
    """The status of the answer; the rest of it is not read."""
    read = b""
    while len(read) < MOST_READ:
        line, found, rest = read.partition(b"\r\n")
        if found:
            status = _status_of(line)
            if status >= 200:  # noqa: PLR2004 - below, it only announces another one
                return status
            _, found, rest = read.partition(b"\r\n\r\n")
            if found:
                read = rest
                continue
        connection.settimeout(_left(ends))
        more = connection.recv(4096)
        if not more:
            raise UnsentError("no-answer")
        read += more
    raise UnsentError("no-answer")


def _status_of(line: bytes) -> int:
    words = line.split(b" ", 2)
    if len(words) < 2 or not words[0].startswith(b"HTTP/1.") or not words[1].isdigit():  # noqa: PLR2004
        raise UnsentError("no-answer")
    status = int(words[1][:4])
    if not 100 <= status <= 599:  # noqa: PLR2004 - what HTTP knows
        raise UnsentError("no-answer")
    return status
