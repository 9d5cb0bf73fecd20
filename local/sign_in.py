"""The console's sign-in on one machine: a choice of people, without a password.

Whoever can read the folder of the state can make any token. So may whoever sits at this machine;
but a page of another site, in a browser of this machine, may not.
"""

import json
from ipaddress import ip_address
from typing import Any
from uuid import UUID

from local.accounts import ADMIN, ensure_user
from local.issuer import Issuer
from local.server import Request, Response, json_response, message

PATH = "/_local/sign-in"
MOST = 100
NAMES = {"127.0.0.1", "localhost", "[::1]"}


class SignIn:
    """Tells who can sign in, and gives out their tokens.

    Args:
        issuer: signs the tokens.
        port: of the server.
    """

    def __init__(self, issuer: Issuer, port: int) -> None:
        self._issuer = issuer
        self._hosts = {f"{name}:{port}" for name in NAMES}

    def __call__(self, request: Request) -> Response | None:
        """The response, or `None` when the request is for something else."""
        if request.path != PATH or request.method not in {"GET", "POST"}:
            return None
        if not self._is_own(request):
            return message(403, "Forbidden")
        if request.method == "GET":
            response = json_response({"people": people()})
        else:
            response = self._token(request.body)
        response.headers.append(("cache-control", "no-store"))
        return response

    def _is_own(self, request: Request) -> bool:
        """Whether it comes from this machine, and from no page but this server's own.

        The name of the host is asked for because another site's name may lead here. A browser
        leaves the origin out where a page reads from its own server, and only there.
        """
        host = request.headers.get("host", "")
        origin = request.headers.get("origin", f"http://{host}" if request.method == "GET" else "")
        site = request.headers.get("sec-fetch-site", "same-origin")
        return (
            _is_loopback(request.peer)
            and host in self._hosts
            and origin == f"http://{host}"
            and site in {"same-origin", "none"}
        )

    def _token(self, body: bytes) -> Response:
        try:
            wanted = str(UUID(json.loads(body)["id"]))
        except (ValueError, TypeError, KeyError, AttributeError):
            return message(400, "Bad Request")
        for person in people():
            if person["id"] == wanted:
                return json_response({"token": self._issuer.issue(wanted, [person["role"]])})
        return message(404, "Not Found")


def people() -> list[dict[str, Any]]:
    """The admins and employers, at most 100: admins first, then by company."""
    ensure_user(ADMIN, "admin")
    # Imported here because it takes a second, and most starts do not need it.
    from sqlalchemy import select  # noqa: PLC0415

    from jobmatch.models import EmployerProfile, User, UserRole  # noqa: PLC0415
    from jobmatch.postgres import connect  # noqa: PLC0415

    company = EmployerProfile.company_name
    with connect() as connection:
        rows = connection.execute(
            select(User.id, User.email, User.role, company)
            .outerjoin(EmployerProfile, EmployerProfile.user_id == User.id)
            .where(User.is_active, User.role.in_([UserRole.ADMIN, UserRole.EMPLOYER]))
            .order_by(User.role.desc(), company, User.email)
            .limit(MOST)
        ).all()
    return [
        {
            "id": str(row.id),
            "label": row.email,
            "role": str(row.role),
            "companyName": row.company_name,
        }
        for row in rows
    ]


def _is_loopback(peer: str) -> bool:
    try:
        return ip_address(peer).is_loopback
    except ValueError:
        return False
