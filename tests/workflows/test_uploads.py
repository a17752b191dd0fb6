"""Files that clients and staff bring: looked into by their content, drawn anew, encrypted, never replaced."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from PIL import Image
from pillow_heif import register_heif_opener

from legist.core.errors import Forbidden, InvalidInput, NotFound, WrongState
from legist.core.models import AuditEntry
from portal import services
from tests.factories.practice import NOW, Firm
from tests.workflows.web.asking import Browser, text
from workflows.documents import uploads
from workflows.documents.child import redraw
from workflows.documents.uploads import JPEG, PDF, Looked, add_document, look_at
from workflows.messages.correspondence import Written
from workflows.models import Document, IncomingMessage, Notification

pytestmark = pytest.mark.django_db
PAPER = b"%PDF-1.7\n1 0 obj <</JS (app.alert(1))>> endobj\n%%EOF\n"
SECRET = "25.7617 N, Zanzibar"


def photo(kind: str = "JPEG", size: tuple[int, int] = (60, 40), mode: str = "RGB") -> bytes:
    register_heif_opener()
    target, exif = BytesIO(), Image.Exif()
    exif[0x010E], exif[0x0112] = SECRET, 6  # a description, and that it lies on its side
    Image.new(mode, size, "red").save(target, kind, exif=exif)
    return target.getvalue()


def bomb(side: int = 60_000) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(bytes(1_000_000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + body + chunk(b"IEND", b"")


def send(firm: Firm, *files: bytes, who: str = "dana", words: str = "", **changed: object) -> bool:
    written = Written(**{"key": uuid4(), "matter_id": firm.danas_matter.pk, "text": words, **changed})  # type: ignore[arg-type]
    person, named = getattr(firm, who), [(each, "IMG_1.HEIC") for each in files]
    return services.write(written, named, client=person.client, actor=firm.actor(who), now=NOW)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_picture_is_drawn_anew_without_what_it_carried(kind: str) -> None:
    drawn = redraw(photo(kind))

    assert SECRET.encode() not in drawn
    with Image.open(BytesIO(drawn)) as picture:
        assert (picture.format, dict(picture.getexif())) == ("JPEG", {})
        assert picture.size in {(40, 60), (60, 40)}, "upright"


def test_what_shines_through_stands_on_white() -> None:
    target = BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(target, "PNG")

    with Image.open(BytesIO(redraw(target.getvalue()))) as picture:
        assert picture.getpixel((1, 1)) == (255, 255, 255)


def test_a_file_is_what_its_content_says() -> None:
    looked = [look_at(photo("HEIF"), "letter.pdf"), look_at(PAPER, "photo.jpg")]

    assert [each.content_type for each in looked] == [JPEG, PDF]
    assert looked[1].content == PAPER


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"<html><script>alert(1)</script></html>", "no photo and no PDF"),
        (b"GIF89a" + bytes(40), "no photo and no PDF"),
        (b"\xff\xd8\xff" + bytes(200), "no photo and no PDF"),
        (b"%PDF-1.7 cut off", "not whole"),
        (b"%PDF-" + bytes(uploads.LARGEST), "larger than 15 MB"),
        (bomb(), "million pixels"),
    ],
)
def test_what_cannot_be_used_says_why_and_what_to_do(content: bytes, said: str) -> None:
    with pytest.raises(InvalidInput, match=said) as error:
        look_at(content, "IMG_1.HEIC")
    assert error.value.errors["files"][0].startswith("IMG_1.HEIC: ")


def test_it_lands_in_the_documents_of_the_matter_and_its_people_are_told(firm: Firm) -> None:
    assert send(firm, photo(), PAPER, photo())

    found = Document.objects.filter(matter=firm.danas_matter)
    assert [each.content_type for each in found.order_by("content_type")] == [PDF, JPEG, JPEG]
    assert {(each.origin, each.added_by, each.label) for each in found} == {
        ("client", firm.dana, "IMG_1.HEIC")
    }
    assert {each.user for each in Notification.objects.filter(kind="reply")} == {firm.alice, firm.paul}
    assert AuditEntry.objects.filter(action="workflows.document_brought").count() == 3
    assert "IMG_1" not in str(list(AuditEntry.objects.values())) + str(list(Notification.objects.values()))
    with connection.cursor() as cursor:
        cursor.execute("SELECT content, name, filename FROM workflows_document")
        kept = str(cursor.fetchall())
    assert "%PDF" not in kept
    assert "IMG_1" not in kept


def test_all_of_them_or_nothing(firm: Firm) -> None:
    with pytest.raises(InvalidInput):
        send(firm, PAPER, b"no picture", words="Here they are")

    assert not Document.objects.exists()
    assert not IncomingMessage.objects.exists()
    assert not Notification.objects.filter(kind="reply").exists()


def test_one_form_sends_its_files_once(firm: Firm) -> None:
    key = uuid4()

    assert [send(firm, PAPER, key=key), send(firm, PAPER, key=key)] == [True, False]
    assert Document.objects.count() == 1


def test_other_files_in_a_form_that_was_sent_are_refused_not_lost(firm: Firm) -> None:
    key, other, paul = uuid4(), PAPER + b"%%EOF\n", firm.actor("paul")
    send(firm, PAPER, key=key)

    for files in ([PAPER, other], [other], [photo()]):
        with pytest.raises(InvalidInput, match="saved already"):
            send(firm, *files, key=key)
    words = uuid4()
    send(firm, words="A letter came.", key=words)
    with pytest.raises(InvalidInput, match="saved already"):
        send(firm, PAPER, words="A letter came.", key=words)
    matter, brought = firm.danas_matter.pk, uuid4()
    add_document(matter, Looked(PAPER, PDF), key=brought, replaces=None, actor=paul, now=NOW)
    with pytest.raises(InvalidInput, match="saved already"):
        add_document(matter, Looked(other, PDF), key=brought, replaces=None, actor=paul, now=NOW)
    assert [each.content for each in Document.objects.all()] == [PAPER, PAPER]


def test_a_client_sends_so_much_a_day(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "CLIENTS_FILES", 2)
    send(firm, PAPER, PAPER)
    with pytest.raises(InvalidInput, match="a lot of files"):
        send(firm, PAPER)
    monkeypatch.setattr(uploads, "CLIENTS_FILES", 30)
    monkeypatch.setattr(uploads, "CLIENTS_BYTES", 2 * len(PAPER))
    with pytest.raises(InvalidInput, match="a lot of files"):
        send(firm, PAPER)
    with pytest.raises(InvalidInput, match="at most 6"):
        send(firm, *[PAPER] * 7)
    assert Document.objects.count() == 2
    assert IncomingMessage.objects.count() == 1


def test_nobody_sends_into_another_case(firm: Firm) -> None:
    with pytest.raises(NotFound):
        send(firm, PAPER, who="eve")
    firm.danas_matter.state, firm.danas_matter.closed_at = "closed", NOW
    firm.danas_matter.save()
    with pytest.raises(WrongState):
        send(firm, PAPER)


def test_dana_sends_three_photos_from_her_phone(firm: Firm, dana: Client) -> None:
    url = "/portal/messages/write/"
    about = dana.get(url).context["form"]["about"].value()
    files = [SimpleUploadedFile(f"IMG_{n}.HEIC", PAPER) for n in range(3)]

    page = text(dana.post(url, {"about": about, "photos": files}, follow=True))

    assert "Su mensaje llegó" in page
    assert "3 archivos" in page
    refused = dana.post(url, {"about": about, "photos": [SimpleUploadedFile("a.jpg", b"x")]})
    assert refused.status_code == 422
    assert "a.jpg: No es una foto ni un PDF" in text(refused)
    assert dana.post(url, {"about": about}).status_code == 422


def test_files_that_come_too_often_are_not_looked_into(
    firm: Firm, dana: Client, settings: LazySettings
) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"send_files": "1/h/user"}
    url = "/portal/messages/write/"
    about = dana.get(url).context["form"]["about"].value()

    def sent(content: bytes) -> str:
        file = SimpleUploadedFile("a.jpg", content)
        return text(dana.post(url, {"about": about, "photos": [file]}, follow=True))

    assert "No es una foto ni un PDF" in sent(b"x")
    assert "Vuelva a enviar archivos en una hora" in sent(PAPER)
    assert not IncomingMessage.objects.exists()


@pytest.fixture
def dana(browser_of: Browser) -> Client:
    return browser_of("dana")


def test_staff_add_versions_and_look_at_them(firm: Firm, browser_of: Browser) -> None:
    paul, url = browser_of("paul"), f"/matters/{firm.danas_matter.pk}/documents/"
    first = uuid4()
    for key, replaces in ((first, ""), (uuid4(), str(first)), (uuid4(), str(first))):
        sent = {"key": str(key), "name": "Marriage certificate", "replaces": replaces}
        assert paul.post(url, {**sent, "file": SimpleUploadedFile("x.pdf", PAPER)}).status_code == 302

    versions = Document.objects.order_by("version")
    assert [(each.version, each.first_id) for each in versions] == [(1, None), (2, first), (3, first)]
    page = text(paul.get(f"/matters/{firm.danas_matter.pk}/?section=documents"))
    assert page.count("Marriage certificate</bdi>") == 3
    assert "version 3" in page

    shown, saved = paul.get(f"/documents/{first}/?show=1"), paul.get(f"/documents/{first}/")
    assert shown["Content-Disposition"].startswith("inline")
    assert saved["Content-Disposition"].startswith("attachment")
    assert shown["Content-Security-Policy"] == "default-src 'none'"
    assert (shown["Content-Type"], shown["X-Content-Type-Options"]) == (PDF, "nosniff")
    assert "Marriage" not in shown["Content-Disposition"]


def test_a_picture_is_shown_in_a_sandbox(firm: Firm, browser_of: Browser) -> None:
    looked = Looked(redraw(photo()), JPEG, "Passport")
    paul = firm.actor("paul")
    made = add_document(firm.danas_matter.pk, looked, key=uuid4(), replaces=None, actor=paul, now=NOW)

    shown = browser_of("alice").get(f"/documents/{made.pk}/?show=1")

    assert shown["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert shown["Content-Type"] == JPEG
    assert browser_of("charlie").get(f"/documents/{made.pk}/?show=1").status_code == 404


def test_who_does_not_work_on_the_matter_adds_nothing(firm: Firm) -> None:
    looked, own = Looked(PAPER, PDF), uuid4()
    for who in ("mary", "charlie", "olga", "dana"):
        with pytest.raises((Forbidden, NotFound)):
            add_document(firm.danas_matter.pk, looked, key=own, replaces=None, actor=firm.actor(who), now=NOW)
    paul = firm.actor("paul")
    for _twice in range(2):
        add_document(firm.danas_matter.pk, looked, key=own, replaces=None, actor=paul, now=NOW)
    assert Document.objects.count() == 1
