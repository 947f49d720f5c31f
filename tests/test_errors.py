"""How a message is made fit for one line."""

from __future__ import annotations

from compliance.errors import one_line


def test_a_word_that_fills_pages_is_cut_and_what_stands_between_two_words_is_not() -> None:
    between = ", ".join(f"table_{number}" for number in range(40))

    assert one_line(f"no `{'x' * 300}` here") == f"no `{'x' * 60}...` here"
    assert one_line(f"no `a`; one of {between}. Did you mean `b`?") == f"no `a`; one of {between}. Did you mean `b`?"
