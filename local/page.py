"""The console: its files, and the headers that CloudFront sends with them when it is deployed."""

import mimetypes
from pathlib import Path
from typing import Any

from local.intrinsics import Scope, read_yaml
from local.server import Request, Response, json_response

START = "/console/"
CONFIG = {"apiUrl": "", "signIn": "local"}
"""What the page asks for first: where the API is (here, at its own address), and how to sign in."""
KINDS = {".js": "text/javascript", ".svg": "image/svg+xml", ".webmanifest": "application/json"}
FOREVER = "public, max-age=31536000, immutable"
ALWAYS_ASK = "no-cache"


class Page:
    """Answers requests for the console, once it is built.

    Args:
        folder: into which it is built.
        headers: of every answer.
    """

    def __init__(self, folder: Path, headers: list[tuple[str, str]]) -> None:
        self._folder = folder.resolve()
        self._headers = headers

    def is_built(self) -> bool:
        """Whether there is anything to answer with."""
        return (self._folder / "index.html").is_file()

    def __call__(self, request: Request) -> Response | None:
        """The response, or `None` when the request is for something else."""
        if request.method not in {"GET", "HEAD"} or not self.is_built():
            return None
        if request.path in {"/", START.rstrip("/")}:
            response = Response(302, b"", [("location", START)])
        elif request.path == f"{START}config.json":
            response = json_response(CONFIG)
            response.headers.append(("cache-control", ALWAYS_ASK))
        elif request.path.startswith(START):
            response = self._file(request.path.removeprefix(START))
        else:
            return None
        response.headers += self._headers
        return response

    def words(self) -> set[str]:
        """The parts of its paths."""
        files = self._folder.rglob("*") if self.is_built() else ()
        return {START.strip("/"), "config.json", *(path.name for path in files)}

    def _file(self, name: str) -> Response:
        # A path without a file's ending is one of the page's own addresses.
        path = self._folder / (name if "." in name.rpartition("/")[2] else "index.html")
        if "\0" in name or not path.resolve().is_relative_to(self._folder) or not path.is_file():
            return Response(404, b"", [])
        return Response(
            200, path.read_bytes(), [("content-type", kind(path)), ("cache-control", caching(path))]
        )


def kind(path: Path) -> str:
    """The content type of a file; not by the machine's own list, which may have anything."""
    known = KINDS.get(path.suffix) or mimetypes.MimeTypes().guess_type(path.name)[0]
    known = known or "application/octet-stream"
    return f"{known}; charset=utf-8" if known.startswith("text/") else known


def caching(path: Path) -> str:
    """How long browsers may keep a file: one with a hash in its name never changes."""
    return FOREVER if path.parent.name == "assets" else ALWAYS_ASK


def deployed_headers(template: Path) -> list[tuple[str, str]]:
    """The headers of the response headers policy in a template, but those for HTTPS.

    The page may send requests to its own address alone.
    """
    document = read_yaml(template)
    scope = Scope(dict.fromkeys(document["Parameters"], ""), {})
    (policy,) = (
        resource["Properties"]["ResponseHeadersPolicyConfig"]
        for resource in document["Resources"].values()
        if resource["Type"] == "AWS::CloudFront::ResponseHeadersPolicy"
    )
    security: dict[str, Any] = policy["SecurityHeadersConfig"]
    content = scope.resolve(security["ContentSecurityPolicy"]["ContentSecurityPolicy"])
    # Where an address is missing there are spaces.
    directives = (" ".join(directive.split()) for directive in str(content).split(";"))
    return [
        ("content-security-policy", "; ".join(directives)),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", security["FrameOptions"]["FrameOption"]),
        ("referrer-policy", security["ReferrerPolicy"]["ReferrerPolicy"]),
        *(
            (each["Header"].lower(), each["Value"])
            for each in policy["CustomHeadersConfig"]["Items"]
        ),
    ]
