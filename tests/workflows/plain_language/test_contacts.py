"""No stranger's telephone number, no stranger's link and no payment gets into words for all clients."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.messages.templates.packaged import read_texts
from workflows.messages.templates.store import TEXTS as MESSAGES
from workflows.plain_language import LANGUAGES, TEXTS
from workflows.plain_language.checks import Contacts, Fault, faults, has_payment
from workflows.plain_language.links import has_foreign_link, link_key
from workflows.plain_language.phones import NUMBER_WORDS, has_foreign_phone, phone_key

PAGES = ("https://firm.example", "https://firm.example/contact")
OWN = Contacts(
    frozenset({phone_key("+1 305 555 0100")}), frozenset(key for key in map(link_key, PAGES) if key)
)
REACHING = {Fault.PHONE, Fault.LINK, Fault.PAYMENT, Fault.EMAIL}
REFUSED = {*REACHING, Fault.SIGNS, Fault.RECEIPT, Fault.DATE, Fault.PLACEHOLDER, Fault.HTML, Fault.SHAPE}

BEFORE = st.sampled_from(["Please call ", "Llame al ", "", "Your case is open. Write to ", "Soon. "])
AFTER = st.sampled_from(["", ".", " today.", ", hoy mismo.", "!"])
SEPARATOR = st.sampled_from(["", " ", "-", ".", " - ", "/", ") ", "–", " . ", ", ", " dash ", " dot ", "  "])
SCRIPTS = ("0123456789", "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗", "⓪①②③④⑤⑥⑦⑧⑨")
ENGLISH_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
SPANISH_DIGITS = ("cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve")
HIDDEN = st.sampled_from(["", "\u200b", "\u200d", "\u2060", "\u202e", "\xad"])


@st.composite
def telephone_numbers(draw: st.DrawFn) -> str:
    """A number of 7 to 13 digits, each in some script or in words, with whatever between them."""
    digits = draw(st.lists(st.integers(0, 9), min_size=7, max_size=13))
    written = st.sampled_from([*SCRIPTS, ENGLISH_DIGITS, SPANISH_DIGITS])
    is_mixed, one = draw(st.booleans()), draw(written)
    parts = []
    for digit in digits:
        script = draw(written) if is_mixed else one
        between = " " if isinstance(script, tuple) else draw(SEPARATOR)
        parts.append(f"{between}{script[digit]}{' ' if isinstance(script, tuple) else draw(HIDDEN)}")
    return "".join(parts).strip()


@given(before=BEFORE, number=telephone_numbers(), after=AFTER)
def test_no_telephone_number_gets_through(before: str, number: str, after: str) -> None:
    assert set(faults(f"{before}{number}{after}", OWN)) & REFUSED


@given(number=telephone_numbers(), after=AFTER)
def test_nor_beside_the_firms_own(number: str, after: str) -> None:
    assert set(faults(f"Call (305) 555-0100 or {number}{after}", OWN)) & REFUSED


@pytest.mark.parametrize(
    "text",
    [
        "Call 900 for help.",
        "Llame al 900 hoy.",
        "Call nine hundred, then five.",
        "Text HELP to 55555.",
        "Call 1-800-FLOWERS.",
        "Call 9OO 555 OlOO.",
        "Dial five double five, one triple two, three.",
        "Call tel:5550100.",
        "Use WhatsApp: 5550100.",
        "+52 (55) 1234 5678 is our number.",
        "Call (305) 555-0100 ext. 7.",
        "Call (305) 555-0101.",
    ],
)
def test_a_number_is_a_number_however_it_is_said(text: str) -> None:
    assert Fault.PHONE in faults(text, OWN)


@pytest.mark.parametrize(
    "text",
    [
        "Call us at (305) 555-0100.",
        "Llámenos al 305.555.0100, por favor.",
        "Call +1 305 555 0100 today.",
        "Call three zero five, five five five, zero one zero zero.",
    ],
)
def test_the_firms_own_number_passes(text: str) -> None:
    assert faults(text, OWN) == []
    assert Fault.PHONE in faults(text)


HOSTS = st.from_regex(r"\A[a-z][a-z0-9-]{1,10}[a-z0-9](\.[a-z0-9]{2,8}){0,2}\.[a-z]{2,6}\Z")
DOTS = st.sampled_from([".", "。", "．", "｡", "․", " dot ", "(dot)", "[.]", "[dot]", ".\u200b"])


@given(
    scheme=st.sampled_from(["https://", "http://", "HTTPS://", "hxxp://", "www.", ""]),
    host=HOSTS,
    path=st.sampled_from(["", "/", "/x", "/pay?a=1", "#x", ":8443/a"]),
    before=BEFORE,
    after=AFTER,
)
def test_no_link_gets_through(scheme: str, host: str, path: str, before: str, after: str) -> None:
    assert set(faults(f"{before}{scheme}{host}{path}{after}", OWN)) & REFUSED


@given(name=st.from_regex(r"\A[a-z]{3,10}\Z"), dot=DOTS, before=BEFORE, after=AFTER)
def test_nor_one_with_another_dot(name: str, dot: str, before: str, after: str) -> None:
    assert set(faults(f"{before}{name}{dot}com{after}", OWN)) & REFUSED


@given(
    page=st.sampled_from(PAGES),
    more=st.sampled_from(
        [
            ".evil.com",
            "@evil.com",
            ":8443",
            "/other",
            "?to=x",
            "#x",
            "\\.evil.com",
            "%2eevil.com",
            "-evil.com",
        ]
    )
    | st.from_regex(r"\A[a-z0-9/._~-]{0,6}[a-z0-9]\Z"),
)
def test_what_only_begins_like_the_firms_own_is_somebody_elses(page: str, more: str) -> None:
    if f"{page}{more}" not in PAGES:
        assert Fault.LINK in faults(f"See {page}{more} for more.", OWN) or Fault.EMAIL in faults(
            f"See {page}{more} for more.", OWN
        )


@pytest.mark.parametrize(
    "link",
    [
        "pay-now.com",
        "bit.ly/x",
        "192.0.2.7",
        "http://[2001:db8::1]/",
        "2001:db8:0:0:0:0:0:1",
        "xn--80ak6aa92e.com",
        "fírm.example",
        "firm.exаmple",
        "http://firm.example",
        "firm.example/pay",
        "firm .com",
        "firm. com/x",
        "firm punto com",
        "https: //firm.example.org",
        "ana@mail.example",
        "ana at mail dot com",
        "t.me/ana",
    ],
)
def test_a_link_is_a_link_however_it_is_written(link: str) -> None:
    assert set(faults(f"Look at {link} today.", OWN)) & {Fault.LINK, Fault.EMAIL}


@pytest.mark.parametrize(
    "text", ["See https://firm.example.", "Vea firm.example/contact/ hoy.", "(HTTPS://FIRM.EXAMPLE)"]
)
def test_the_firms_own_page_passes(text: str) -> None:
    assert faults(text, OWN) == []
    assert Fault.LINK in faults(text)


LIST = """
pay payment paid paying wire Zelle Venmo PayPal cash money bitcoin crypto deposit
pague pago pagar págalo pagos transferencia dinero efectivo giro cobro abone cheque
"""
WORDS = tuple(LIST.split())
PHRASES = (
    "gift card",
    "Western Union",
    "tarjeta de regalo",
    "cuenta bancaria",
    "credit card",
    "bank account",
)
ASKED_FOR = """
Mande 500 a Juan.
Envíe quinientos a la cuenta 4421.
Mándenos $300.
Deposite en nuestra cuenta.
Abónelo hoy.
Abónenoslo hoy.
Cuesta 200 pesos.
Necesita saldar la deuda.
Liquide su saldo.
Cancele la factura.
Haga una donación.
Use Nequi o Yape.
Compre tarjetas de Apple.
Compre tarjetas Google Play.
Send it to our new account.
Send us three hundred bucks.
Transfer 300 to Maria.
Settle your invoice now.
Donate today.
"""
SPOKEN_OF_OTHERWISE = """
Tenga en cuenta la fecha.
Revise su cuenta en línea.
Por nuestra cuenta enviamos los papeles.
USCIS envió 2 cartas.
Envíe 2 fotos.
Su caso fue transferido a otra oficina.
The case was transferred to another office.
You have an account with USCIS.
The work is done.
Las cartas iban a otra oficina.
"""
SPREAD = st.sampled_from([" ", ".", "-", "*", "_", " - "])


@given(word=st.sampled_from([*WORDS, *PHRASES]), case=st.sampled_from([str.lower, str.upper, str.title]))
def test_nobody_is_asked_to_pay(word: str, case: type[str]) -> None:
    assert Fault.PAYMENT in faults(f"Please {case(word)} today.", OWN)


@pytest.mark.parametrize("text", ASKED_FOR.strip().splitlines())
def test_nor_in_other_words_for_it(text: str) -> None:
    assert Fault.PAYMENT in faults(text, OWN)


@pytest.mark.parametrize("text", SPOKEN_OF_OTHERWISE.strip().splitlines())
def test_accounts_sendings_and_transfers_of_another_kind_pass(text: str) -> None:
    assert faults(text, OWN) == []


@given(word=st.sampled_from(WORDS), between=SPREAD)
def test_nor_in_letters_set_apart(word: str, between: str) -> None:
    assert set(faults(f"Please {between.join(word)} today.", OWN)) & REFUSED


@given(word=st.sampled_from(WORDS), at=st.integers(0, 20), sign=HIDDEN, twin=st.sampled_from("аеорсух"))
def test_nor_with_hidden_signs_or_letters_of_other_alphabets(
    word: str, at: int, sign: str, twin: str
) -> None:
    at %= len(word)
    for disguised in (f"{word[:at]}{sign}{word[at:]}", f"{word[:at]}{twin}{word[at + 1 :]}"):
        assert set(faults(f"Please {disguised} today.", OWN)) & REFUSED


def test_a_sentence_that_names_the_firms_own_page_or_number_may_speak_of_it() -> None:
    assert not has_payment("Pay only at firm.example/contact. Ask us first.", OWN)
    assert not has_payment("To pay, call (305) 555-0100.", OWN)
    assert has_payment("See firm.example/contact. Pay today.", OWN)
    assert has_payment("Pay only at firm.example/contact.")


def test_what_ships_with_the_product_passes() -> None:
    texts = [part for by_code in TEXTS.values() for wording in by_code.values() for part in wording]
    folder: Path = MESSAGES
    lines = [line for each in read_texts(folder) for line in f"{each.title}\n{each.body}".splitlines()]

    assert set(LANGUAGES) == set(TEXTS)
    assert [text for text in texts if faults(text)] == []
    assert [
        line for line in lines if has_payment(line) or has_foreign_phone(line) or has_foreign_link(line)
    ] == []


def test_digits_have_words_in_both_languages() -> None:
    assert [NUMBER_WORDS[word] for word in ENGLISH_DIGITS] == [str(digit) for digit in range(10)]
    assert [NUMBER_WORDS[word] for word in SPANISH_DIGITS] == [str(digit) for digit in range(10)]
