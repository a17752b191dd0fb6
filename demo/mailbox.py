"""The demo's mailbox: a small page that shows the mail Legist has written to its file backend.

    python demo/mailbox.py --directory var/mail --port 8002

It stands beside the product, as a client's mail program would, and is no part of it.
"""

from __future__ import annotations

import argparse
import html
from email import message_from_binary_file, policy
from email.message import EmailMessage
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Demo mailbox</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="5">
<style>
:root{{color-scheme:light dark}}body{{font:16px/1.5 system-ui;max-width:46rem;margin:2rem auto;padding:0 1rem}}
a{{color:inherit}}li{{list-style:none;border-top:1px solid #8884;padding:.75rem 0}}ul{{padding:0}}
small{{opacity:.75}}pre{{white-space:pre-wrap;font:inherit}}
</style></head><body>{body}</body></html>"""


def messages(directory: Path) -> list[tuple[str, EmailMessage]]:
    """Return (file name, message), newest first."""
    found = []
    for path in sorted(directory.glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True):
        with path.open("rb") as file:
            found.append((path.stem, message_from_binary_file(file, policy=policy.default)))
    return [(name, message) for name, message in found if isinstance(message, EmailMessage)]


def listing(directory: Path) -> str:
    rows = "".join(
        f'<li><a href="/{name}"><strong>{html.escape(str(message["subject"]))}</strong></a><br>'
        f"<small>to {html.escape(str(message['to']))} · {html.escape(str(message['date']))}</small></li>"
        for name, message in messages(directory)
    )
    empty = "<p>No mail yet. Approve a draft, or ask for a sign-in code.</p>"
    return PAGE.format(body="<h1>Demo mailbox</h1>" + (f"<ul>{rows}</ul>" if rows else empty))


def reading(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain", "html"))
    text = html.escape(part.get_content() if part else "")
    linked = "\n".join(_linked(line) for line in text.splitlines())
    head = f"<p><a href='/'>All mail</a></p><h1>{html.escape(str(message['subject']))}</h1>"
    sender, receiver = (html.escape(str(message[name])) for name in ("from", "to"))
    to = f"<p><small>from {sender}<br>to {receiver}</small></p>"
    return PAGE.format(body=f"{head}{to}<pre>{linked}</pre>").replace(
        '<meta http-equiv="refresh" content="5">', ""
    )


def _linked(line: str) -> str:
    words = (
        f'<a href="{w}">{w}</a>' if w.startswith(("http://", "https://")) else w for w in line.split(" ")
    )
    return " ".join(words)


def handler_for(directory: Path) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Answers `/` with the list and `/<file name>` with one message."""

        def do_GET(self) -> None:
            name = urlsplit(self.path).path.strip("/")
            found = dict(messages(directory))
            if name and name not in found:
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            page = (reading(found[name]) if name else listing(directory)).encode()
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the standard library's name
            """Say nothing: addresses and subjects do not belong in a log."""

    return Handler


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--directory", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    ThreadingHTTPServer(("127.0.0.1", options.port), handler_for(options.directory)).serve_forever()
