"""The files of the page, as they are given to whoever asks for them: nothing of anybody's is in them."""

from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "page"
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}
HEADERS = {
    # Whatever a word or a track is called: nothing but these files is loaded, run or spoken to.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; manifest-src 'self';"
        " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-cache",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

File = Callable[[Any], Any]
"""Takes a connection and gives the answer to send on it."""


def find(target: str) -> File | None:
    """The file of a request; ``None`` if the page has none of that name."""
    content = _files().get(target.partition("?")[0])
    if content is None:
        return None
    kind, body = content

    def answer(connection: Any) -> Any:
        response = connection.respond(HTTPStatus.OK, "")
        response.body = body
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **HEADERS}.items():
            if name in response.headers:
                del response.headers[name]
            response.headers[name] = value
        return response

    return answer


@cache
def _files() -> dict[str, tuple[str, bytes]]:
    """All of them by their paths, with their kinds; read once, so that no request leads to a file."""
    found = {
        f"/{path.name}": (KINDS[path.suffix], path.read_bytes()) for path in FOLDER.iterdir() if path.suffix in KINDS
    }
    return {**found, "/": found["/index.html"]}
