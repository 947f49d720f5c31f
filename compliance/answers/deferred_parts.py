"""Parts of an answer that are made when they are asked for, and how they stand in its JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel

from compliance.answers.lazy_sequences import ByPlace
from compliance.sources.distinct_rows import Numbers

T = TypeVar("T")


def nested_json(one: BaseModel) -> str:
    """A part of an answer as it stands in a list of its indented JSON; only the line ends of JSON itself are seen."""
    return "    " + one.model_dump_json(indent=2).replace("\n", "\n    ")


class LazyParts(ByPlace[T]):
    """Parts of an answer that are made when they are asked for; a copy or a pickle of them is a list."""

    def json_items(self) -> Iterator[str]:
        """Each as it stands in the indented JSON of an answer."""
        for one in self:
            yield nested_json(one)  # type: ignore[arg-type]

    def __reduce__(self) -> tuple[type[list[T]], tuple[list[T]]]:
        return list, (list(self),)


class DeferredParts(LazyParts[T]):
    """Parts that are worked out together, once, when the first of them is asked for."""

    def __init__(self, make: Callable[[], Sequence[T]]) -> None:
        self._make: Callable[[], Sequence[T]] | None = make
        self._parts: Sequence[T] = ()

    @property
    def parts(self) -> Sequence[T]:
        """All of them."""
        make = self._make
        if make is not None:
            self._parts = make()
            self._make = None
        return self._parts

    def __len__(self) -> int:
        return len(self.parts)

    def parts_at(self, places: Numbers) -> list[T]:
        """Those at these places."""
        parts = self.parts
        return [parts[place] for place in places.tolist()]


def keep_deferred(value: Any, check: Any) -> Any:
    """What is made when it is asked for is not made to be checked."""
    return value if isinstance(value, LazyParts) else check(value)


def list_in_full(value: Sequence[Any]) -> list[Any]:
    return list(value)
