"""Encryption at rest: fields bound to their row, keys that rotate, and an index for exact lookup.

Each value is sealed with AES-256-GCM under the first of LEGIST_FIELD_KEYS. Table, field and row id
are its associated data, so a ciphertext copied to another row or column does not open there.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from base64 import b64decode, b64encode, urlsafe_b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models
from django.db.models.query_utils import DeferredAttribute

log = structlog.get_logger(__name__)
VERSION = "v1"
NONCE_BYTES = 12


class CryptoError(Exception):
    """A stored value cannot be opened: its key is missing or the value was moved or altered."""


class Sealed(str):
    """The ciphertext as it stands in the database: `v1.<key id>.<base64 of nonce and ciphertext>`."""

    __slots__ = ()


def decode_key(value: str) -> bytes:
    """Return the 32 bytes of a key given as urlsafe base64; raise ValueError otherwise."""
    key = urlsafe_b64decode(value + "=" * (-len(value) % 4))
    if len(key) != 32:
        message = "A key must be 32 bytes as urlsafe base64."
        raise ValueError(message)
    return key


def key_id(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()[:8]


@lru_cache(maxsize=8)
def _ciphers(keys: tuple[str, ...]) -> dict[str, AESGCM]:
    decoded = [decode_key(key) for key in keys]
    return {key_id(key): AESGCM(key) for key in decoded}


def current_key_id() -> str:
    """Return the id of the key that everything new is sealed with."""
    return key_id(decode_key(settings.LEGIST_FIELD_KEYS[0]))


def current_prefix() -> str:
    """Return how every value under the current first key begins; others await rotation."""
    return f"{VERSION}.{current_key_id()}."


def seal(plain: bytes, *, context: str) -> Sealed:
    """Encrypt bytes for the place named by `context`."""
    cipher = next(iter(_ciphers(tuple(settings.LEGIST_FIELD_KEYS)).values()))
    nonce = os.urandom(NONCE_BYTES)
    body = b64encode(nonce + cipher.encrypt(nonce, plain, context.encode())).decode()
    return Sealed(current_prefix() + body)


def unseal(token: str, *, context: str) -> bytes:
    """Decrypt what `seal` made for the same place; raise CryptoError when it does not open."""
    try:
        _version, identifier, body = token.split(".", 2)
        raw = b64decode(body)
        cipher = _ciphers(tuple(settings.LEGIST_FIELD_KEYS))[identifier]
        return cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], context.encode())
    except (ValueError, KeyError, InvalidTag):
        # The cause is cut off on purpose: it could carry the token into a log.
        message = (
            f"A value of {context.rsplit('.', 1)[0]} cannot be opened; are all of LEGIST_FIELD_KEYS set?"
        )
        raise CryptoError(message) from None


@lru_cache(maxsize=32)
def _derived_key(master: str, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"legist {purpose}".encode()).derive(
        decode_key(master)
    )


def keyed_hash(value: bytes, *, purpose: str) -> str:
    """Return 64 hex digits that only a holder of LEGIST_INDEX_KEY can compute."""
    return hmac.new(_derived_key(settings.LEGIST_INDEX_KEY, purpose), value, hashlib.sha256).hexdigest()


def blind_index(value: str, purpose: str) -> str:
    """Return the lookup key of an encrypted value; purposes keep equal values in two columns apart."""
    return keyed_hash(value.encode(), purpose=f"index {purpose}")


UNREADABLE = "(?)"
_is_showing: ContextVar[bool] = ContextVar("legist_showing", default=False)


@contextmanager
def showing() -> Iterator[None]:
    """Have texts that cannot be opened read as `UNREADABLE`, so that one of them costs no whole page.

    For what is shown only: the row keeps its ciphertext when it is saved, and the placeholder itself is
    refused as a value.
    """
    token = _is_showing.set(True)
    try:
        yield
    finally:
        _is_showing.reset(token)


class EncryptedAttribute(DeferredAttribute):
    """Opens the value when it is first read, so that lists that never show it never pay for it."""

    field: EncryptedTextField

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if isinstance(value, Sealed):
            try:
                value = self.field.open(instance, value)
            except CryptoError:
                if not (_is_showing.get() and type(self.field) is EncryptedTextField):
                    raise
                log.error("value_unreadable", place=self.field.context(instance))  # noqa: TRY400  no trace
                return UNREADABLE
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        # Defined so that reading goes through __get__ although the value stands in the instance.
        instance.__dict__[self.field.attname] = value


if TYPE_CHECKING:
    TextField = models.TextField[Any, Any]
else:
    TextField = models.TextField


class EncryptedTextField(TextField):
    """Text that only the holder of the field keys can read; lookups other than `isnull` are refused."""

    descriptor_class = EncryptedAttribute

    def to_bytes(self, value: Any) -> bytes:
        return str(value).encode()

    def from_bytes(self, plain: bytes) -> Any:
        return plain.decode()

    def context(self, instance: models.Model) -> str:
        return f"{instance._meta.db_table}.{self.column}.{instance.pk}"

    def open(self, instance: models.Model, token: str) -> Any:
        return self.from_bytes(unseal(token, context=self.context(instance)))

    def close(self, instance: models.Model, value: Any) -> Sealed:
        if value == UNREADABLE:
            message = f"{self.name} could not be read; its placeholder must not take its place."
            raise CryptoError(message)
        if instance.pk is None:
            message = f"{instance._meta.label} needs its id before {self.name} can be encrypted."
            raise CryptoError(message)
        return seal(self.to_bytes(value), context=self.context(instance))

    def from_db_value(self, value: str | None, *_: Any) -> Sealed | None:
        return None if value is None else Sealed(value)

    def to_python(self, value: Any) -> Any:
        return value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: ARG002, FBT001  Django's signature
        value = model_instance.__dict__.get(self.attname)
        if value is None or isinstance(value, Sealed):
            return value
        return self.close(model_instance, value)

    def get_prep_value(self, value: Any) -> Any:
        if value is None or isinstance(value, Sealed):
            return value
        message = f"{self.name} is encrypted: save the object instead of filtering or updating in bulk."
        raise CryptoError(message)

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.pre_save(obj, add=False) or "")


class EncryptedJSONField(EncryptedTextField):
    """JSON, encrypted as a whole."""

    def to_bytes(self, value: Any) -> bytes:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()

    def from_bytes(self, plain: bytes) -> Any:
        return json.loads(plain)


class EncryptedBytesField(EncryptedTextField):
    """A file's bytes, encrypted."""

    def to_bytes(self, value: Any) -> bytes:
        return bytes(value)

    def from_bytes(self, plain: bytes) -> Any:
        return plain


def encrypted_fields(model: type[models.Model]) -> list[EncryptedTextField]:
    """Return the encrypted fields of a model, for rotation and for keeping them out of histories."""
    return [field for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)]
