"""The one place where foreign failures become values."""

from __future__ import annotations

import pytest

from legist.core.resilience.error_capture import ErrorCapture


def test_it_turns_a_failure_into_a_value() -> None:
    attempt = ErrorCapture()

    with attempt:
        raise ConnectionError("about Dana Doe")

    assert attempt.error_class == "builtins.ConnectionError"
    assert attempt.where[-1].startswith("test_error_capture.py:")


def test_it_keeps_no_message_that_may_name_people() -> None:
    attempt = ErrorCapture()

    with attempt:
        raise ConnectionError("about Dana Doe")

    assert "Dana" not in attempt.error_class + " ".join(attempt.where)


def test_it_lets_interrupts_pass_but_remembers_them() -> None:
    attempt = ErrorCapture()

    with pytest.raises(KeyboardInterrupt), attempt:
        raise KeyboardInterrupt

    assert attempt.error_class == "builtins.KeyboardInterrupt"


def test_it_has_nothing_to_tell_after_a_success() -> None:
    attempt = ErrorCapture()

    with attempt:
        pass

    assert attempt.error is None
    assert attempt.error_class == ""
    assert attempt.where == []
