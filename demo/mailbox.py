"""The demo's mailbox: a small page that shows the mail Legist has written to its file backend.

    python demo/mailbox.py --directory var/mail --port 8002

It stands beside the product, as a client's mail program would, and is no part of it.
"""

from __future__ import annotations

import argparse
import html
import re
from collections.abc import Iterator
from datetime import datetime
from email import message_from_binary_file, policy
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

STYLE = Path(__file__).with_name("mailbox.css").read_text()
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">{refresh}
<style>{style}</style></head><body><main>{body}</main></body></html>"""
REFRESH = (
    "<script>setInterval(() => document.activeElement === document.body && location.reload(), 5000)</script>"
)
CODE = re.compile(r"^\s*(\d{4}-\d{4})\s*$", re.MULTILINE)
LINK = re.compile(r"https?://\S+")


def messages(directory: Path) -> list[tuple[str, EmailMessage]]:
    """Return (file name, message), newest first."""
    found = []
    for path in sorted(directory.glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True):
        with path.open("rb") as file:
            found.append((path.stem, message_from_binary_file(file, policy=policy.default)))
    return [(name, message) for name, message in found if isinstance(message, EmailMessage)]


def listing(directory: Path, receiver: str) -> str:
    """Return the page of all mail, or of one person's."""
    found = messages(directory)
    shown = [(name, message) for name, message in found if receiver in ("", _receiver(message))]
    empty = '<p class="soft">No mail yet. Approve a draft, or ask for a sign-in code.</p>'
    rows = f"<ul>{''.join(_row(name, message) for name, message in shown)}</ul>" if shown else empty
    people = sorted({_receiver(message) for _name, message in found})
    head = '<h1>Demo mailbox</h1><p class="soft">What Legist has sent, newest first.</p>'
    return _page("Demo mailbox", f"{head}{_people(people, receiver)}{rows}", refresh=REFRESH)


def reading(message: EmailMessage) -> str:
    """Return the page of one message: its code and links first, as a thumb wants them."""
    part = message.get_body(preferencelist=("plain", "html"))
    text = str(part.get_content()) if part else ""
    subject, receiver = str(message["subject"]), _receiver(message)
    back = f'<nav><a href="/?{urlencode({"to": receiver})}">← Mail of {html.escape(receiver)}</a></nav>'
    head = f"{back}<h1>{html.escape(subject)}</h1>"
    to = f'<p class="soft">from {html.escape(str(message["from"]))}, {_when(message)}</p>'
    return _page(subject, f"{head}{to}{''.join(_handles(text))}<pre>{_linked(text)}</pre>")


def _handles(text: str) -> Iterator[str]:
    """The code to copy, or the first link as a button."""
    code, link = CODE.search(text), LINK.search(text)
    if code:
        yield f'<div class="code">{html.escape(code.group(1))}</div>'
    elif link:
        yield f'<a class="button" href="{html.escape(link.group())}">Open the link</a>'


def _row(name: str, message: EmailMessage) -> str:
    subject = html.escape(str(message["subject"]))
    note = f"to {html.escape(_receiver(message))}, {_when(message)}"
    return f'<li><a href="/{name}"><strong>{subject}</strong><span class="soft">{note}</span></a></li>'


def _people(people: list[str], chosen: str) -> str:
    if len(people) < 2:
        return ""
    choices = [("", "Everybody"), *((person, person) for person in people)]
    links = (
        f'<a href="/?{urlencode({"to": address})}" aria-current="{str(address == chosen).lower()}">'
        f"{html.escape(label)}</a>"
        for address, label in choices
    )
    return f"<nav aria-label='People'>{''.join(links)}</nav>"


def _receiver(message: EmailMessage) -> str:
    return parseaddr(str(message["to"]))[1]


def _when(message: EmailMessage) -> str:
    sent: datetime = parsedate_to_datetime(str(message["date"])).astimezone()
    return f"{sent:%b} {sent.day}, {sent:%H:%M:%S}"


def _linked(text: str) -> str:
    return LINK.sub(lambda link: f'<a href="{link.group()}">{link.group()}</a>', html.escape(text))


def _page(title: str, body: str, *, refresh: str = "") -> str:
    return PAGE.format(title=html.escape(title), refresh=refresh, style=STYLE, body=body)


def handler_for(directory: Path) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Answers `/` with the list and `/<file name>` with one message."""

        def do_GET(self) -> None:
            address = urlsplit(self.path)
            name, receiver = address.path.strip("/"), parse_qs(address.query).get("to", [""])[0]
            found = dict(messages(directory)) if name else {}
            if name and name not in found:
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            page = (reading(found[name]) if name else listing(directory, receiver)).encode()
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
