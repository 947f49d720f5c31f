"""What answers rest on, kept for a replay: the files of a world and of the rules, and the changes made since.

A record of kind `world` is a base (`base`: trees of files by hash, with the changes carried over to them), or a
`change` of the world of the record before, or another `day`. A decision names the world record it was made under.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Any

from compliance.decisions.screener import Screener
from compliance.errors import UsageError
from compliance.records.content import ContentStore, tree_of
from compliance.records.log import WORLD
from compliance.records.reading import LogReader, Record
from compliance.rulebook.folder import rules_folder, use_rules
from compliance.rulebook.packs import PACK_FILE, load_packs, pack_ids
from compliance.world.io.load import load_world
from compliance.world.world import World
from compliance.world.world_changes import change_world

Change = Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]]
"""`{"add": {table: rows}, "remove": {table: rows}}`, as `Screener.apply` takes them."""
_CASES = ".cases.yaml"
_OWN, _RULES = "own", "rules"


@dataclass(frozen=True, slots=True)
class Setting:
    """What is asked in a service: packs (`None`: those of the day), a day (`None`: the world's) and a posture."""

    packs: tuple[str, ...] | None
    as_of: date | None
    posture: str

    @classmethod
    def of(cls, base: Mapping[str, Any]) -> Setting:
        """That of a base."""
        packs, day = base["packs"], base["as_of"]
        return cls(None if packs is None else tuple(packs), date.fromisoformat(day) if day else None, base["posture"])


def keep_base(
    content: ContentStore, world: str, packs: Sequence[str], as_of: date | None, posture: str, rules: Path | None = None
) -> dict[str, Any]:
    """Keeps the files of a world and of the rules; gives what a record says of them.

    Raises `InputError` where the world cannot be read and `UsageError` for a pack that does not exist.
    """
    place, folder = Path(world), rules or rules_folder()
    if place.is_dir():
        files = {path.name: path for path in sorted(place.iterdir()) if path.is_file() and path.name[0] != "."}
    elif place.is_file():
        files = {place.name: place}
    else:
        load_world(world)  # which says what is wrong with the name
        raise UsageError(f"`{world}` is no file and no folder")
    trees = tree_of(folder, _RULES, leave_out=_CASES)
    named = []
    for number, name in enumerate(dict.fromkeys(packs)):
        if name not in pack_ids(folder):
            if not (Path(name) / PACK_FILE).is_file():
                load_packs([name], folder)  # which says what there is
            below = f"{_OWN}/{number}/{Path(name).resolve().name}"
            trees |= tree_of(Path(name), below, leave_out=_CASES)
            name = below
        named.append(name)
    return {
        "world": world,
        "folder": place.is_dir(),
        "files": content.put_tree(files),
        "rules": content.put_tree(trees),
        "packs": named or None,
        "as_of": as_of.isoformat() if as_of else None,
        "posture": posture,
    }


class InputReader:
    """Reads worlds and rules back as they were kept; `scratch` is a folder for the files while they are read."""

    def __init__(self, content: ContentStore, scratch: Path) -> None:
        self._content = content
        self._scratch = scratch
        self._writing = Lock()

    def world(self, base: Mapping[str, Any]) -> World:
        """The world of a base, before any change."""
        place = self._write_tree(base["files"])
        if not base["folder"]:
            (place,) = place.iterdir()
        return load_world(place, base["world"])

    def screener(
        self, base: Mapping[str, Any], world: World, as_of: date | None = None, posture: str | None = None
    ) -> Screener:
        """A Screener of a world with the rules of the base, which this process reads from now on."""
        setting = Setting.of(base)
        folder = self._write_tree(base["rules"])
        use_rules(folder / _RULES)
        packs = None if setting.packs is None else load_packs([self._pack(name, folder) for name in setting.packs])
        return Screener(world, packs, as_of or setting.as_of, posture or setting.posture)

    def _pack(self, name: str, folder: Path) -> str:
        return str(folder / name) if name.startswith(f"{_OWN}/") else name

    def _write_tree(self, tree: str) -> Path:
        """The folder with the files of a tree, written when it is first asked for."""
        place = self._scratch / tree
        with self._writing:
            if not place.exists():
                self._content.write_tree(tree, place.with_suffix(".part"))
                place.with_suffix(".part").rename(place)
        return place


def apply_record(world: World, body: Mapping[str, Any]) -> World:
    """The world after the changes that a world record makes. Raises `InputError`."""
    made = body["base"].get("changes", ()) if "base" in body else [body["change"]] if "change" in body else ()
    for change in made:
        world = change_world(world, change.get("add") or {}, change.get("remove") or {})
    return world


def world_records(log: LogReader, last: int) -> list[Record]:
    """The base of the world that held after a record, and the changes since. Raises `UsageError` where none is."""
    found: list[Record] = []
    for record in log.read(kinds=(WORLD,)):
        if record.number > last:
            break
        found = [record] if "base" in record.body else [*found, record]
    if not found or found[-1].number != last or "base" not in found[0].body:
        raise UsageError(f"`{log.folder}` does not hold the world of record {last}")
    return found


def screener_at(log: LogReader, last: int, scratch: Path, as_of: date, posture: str) -> Screener:
    """A Screener of the world as it stood after the world record `last`."""
    bodies = [record.body for record in world_records(log, last)]
    reader, base = InputReader(log.content, scratch), bodies[0]["base"]
    world = reader.world(base)
    for body in bodies:
        world = apply_record(world, body)
    return reader.screener(base, world, as_of, posture)
