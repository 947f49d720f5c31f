"""Compiled plans kept in a folder between runs, so that a pack is compiled once a machine and not once a run.

A plan is kept under the hash of this package's source, of the libraries that compile it, of the pack, and of what was
asked of it: a change of any of them leads to another file. A file that cannot be read, or that was cut short, is as
good as none. Nothing but the plan classes of this package is ever read from a file.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import Any

from compliance.facts.plan import PackPlan
from compliance.facts.planner import Planner
from compliance.output_files import write_file
from compliance.rulebook.models import Rule
from compliance.rulebook.packs import Pack

MOST = 200
"""So many plans are kept, the latest ones."""
SUFFIX = ".plan"
_PACKAGE = Path(__file__).parents[1]
_PARTS = ("compliance.facts.", "compliance.rulebook.", "compliance.world.marked")
Key = tuple[str, tuple[tuple[str, str], ...], bool, bool]
_PLAIN = {("builtins", "set"), ("builtins", "frozenset")}


@dataclass(frozen=True)
class Asked:
    """What a plan was made for: a pack, several scenes side by side or one, with the margins or without."""

    pack: Pack
    beside: bool
    margins: bool

    @property
    def key(self) -> Key:
        """The same for the same plan in one process."""
        return self.pack.sha256, self.pack.overrides, self.beside, self.margins

    @property
    def name(self) -> str:
        """The same for the same plan in every run."""
        return sha256(repr((_compiler(), *self.key)).encode()).hexdigest()[:32]


@cache
def _compiler() -> str:
    """The hash of all that turns a pack into a plan: the source of this package and the libraries that it uses."""
    found = sha256(repr([(name, version(name)) for name in ("ibis-framework", "sqlglot", "pydantic")]).encode())
    for path in sorted(_PACKAGE.rglob("*.py")):
        found.update(f"{path.relative_to(_PACKAGE)}\0".encode() + path.read_bytes() + b"\0")
    return found.hexdigest()


class PlanFolder:
    """The plans kept in a folder, which is made when the first one is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def plans(self, asked: Asked) -> Iterator[PackPlan]:
        """The plans kept for this, in no order that matters."""
        for path in sorted(self.folder.glob(f"{asked.name}-*{SUFFIX}")):
            plan = _read(path, asked.pack)
            if plan is not None:
                yield plan

    def keep(self, asked: Asked, plan: PackPlan) -> None:
        """Keeps a plan; a folder that cannot be written keeps none."""
        sources = sha256(",".join(sorted(plan.sources)).encode()).hexdigest()[:16]
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            content = io.BytesIO()
            _Writer(content, protocol=pickle.HIGHEST_PROTOCOL).dump(plan)
            write_file(self.folder / f"{asked.name}-{sources}{SUFFIX}", content.getvalue())
            self._drop_the_oldest()

    def _drop_the_oldest(self) -> None:
        kept = sorted(self.folder.glob(f"*{SUFFIX}"), key=lambda path: path.stat().st_mtime_ns)
        for path in kept[:-MOST]:
            path.unlink(missing_ok=True)


class _Writer(pickle.Pickler):
    """Writes a plan without its pack, which is at hand wherever the plan is read."""

    def persistent_id(self, item: Any) -> tuple[str, str] | None:
        if isinstance(item, Pack):
            return "pack", item.id
        return ("rule", item.id) if isinstance(item, Rule) else None


class _Reader(pickle.Unpickler):
    """Reads a plan of a pack, and refuses whatever is no part of one."""

    def __init__(self, data: bytes, pack: Pack) -> None:
        super().__init__(io.BytesIO(data))
        self.pack = pack
        self.rules = {rule.id: rule for rule in pack.rules}

    def persistent_load(self, named: tuple[str, str]) -> Pack | Rule:
        kind, name = named
        return self.pack if kind == "pack" else self.rules[name]

    def find_class(self, module: str, name: str) -> Any:
        known = module.startswith(_PARTS) and "." not in name
        found = super().find_class(module, name) if known or (module, name) in _PLAIN else None
        if not isinstance(found, type):
            raise pickle.UnpicklingError(f"{module}.{name} is no part of a plan")
        return found


def _read(path: Path, pack: Pack) -> PackPlan | None:
    try:
        found = _Reader(path.read_bytes(), pack).load()
    except Exception:  # a damaged file can fail in any way, and the plan is then made anew
        return None
    return found if isinstance(found, PackPlan) else None


_PLANS: dict[Key, list[PackPlan]] = {}
_COMPILING = Lock()
_kept_in: PlanFolder | None = None


def keep_plans(folder: Path | None) -> None:
    """Keeps compiled plans in this folder from now on, for later runs too; `None` keeps them for the process only."""
    global _kept_in
    _kept_in = PlanFolder(folder) if folder is not None else None


def plan_of(pack: Pack, sources: frozenset[str], beside: bool = False, margins: bool = True) -> PackPlan:
    """The compiled plans of a pack for a world that has rows of these sources, kept for the process.

    With `beside` the plans are for several scenes side by side, which the table `scenes` names. Plans for more sources
    do as well: their rules find no rows.
    """
    with _COMPILING:
        return _plan_of(Asked(pack, beside, margins), sources)


def _plan_of(asked: Asked, sources: frozenset[str]) -> PackPlan:
    kept = _PLANS.setdefault(asked.key, [])
    if not any(sources <= plan.sources for plan in kept) and _kept_in is not None:
        kept += _kept_in.plans(asked)
    fit = [plan for plan in kept if sources <= plan.sources]
    if not fit:
        fit = [Planner(asked.pack, asked.beside).plan(sources, asked.margins)]
        kept.append(fit[0])
        if _kept_in is not None:
            _kept_in.keep(asked, fit[0])
    return min(fit, key=lambda plan: (len(plan.sources), sorted(plan.sources)))
