"""Plans kept between runs give the same answers, and nothing that is found in their folder can do harm."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from compliance.decisions.audit import audit
from compliance.facts import plans
from compliance.facts.planner import Planner
from compliance.facts.plans import Asked, PlanFolder, keep_plans
from compliance.rulebook.packs import Pack, load_packs
from tests.packs import line, on, world

PACK = load_packs(["us_ai_diffusion"])[0]
WORLD = world(companies=[{"id": "c", "headquarters": "MY"}], shipments=[line("s1", "c", "MY", 60_000)])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder of plans, for a process that has none yet."""
    monkeypatch.setattr(plans, "_PLANS", {})
    keep_plans(tmp_path / "plans")
    yield tmp_path / "plans"
    keep_plans(None)


def answered(pack: Pack = PACK) -> str:
    return audit(WORLD, [pack], on("2026-12-31"), "as-written").model_dump_json()


def another_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forgets what the process has compiled."""
    monkeypatch.setattr(plans, "_PLANS", {})


def nothing_is_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    def compiled(*_: object, **__: object) -> None:
        raise AssertionError("compiled")

    monkeypatch.setattr(Planner, "plan", compiled)


def test_a_later_run_compiles_nothing_and_answers_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = answered()
    another_run(monkeypatch)
    nothing_is_compiled(monkeypatch)

    assert answered() == first
    assert '"license_required"' in first
    assert list(folder.glob("*.plan"))


def test_a_pack_that_the_user_changed_is_compiled_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = next(n for n, p in PACK.parameters().items() if p.unit == "TPP")
    answered()
    another_run(monkeypatch)
    nothing_is_compiled(monkeypatch)

    with pytest.raises(AssertionError, match="compiled"):
        answered(PACK.with_parameters({name: "1"}))


def test_names_differ_by_pack_parameters_and_what_is_asked() -> None:
    other = load_packs(["diffusion_headline"])[0]
    changed = PACK.with_parameters({next(n for n, p in PACK.parameters().items() if p.unit == "TPP"): "1"})
    asked = [(pack, beside, margins) for pack in (PACK, other, changed) for beside in (0, 1) for margins in (0, 1)]

    assert len({Asked(pack, bool(beside), bool(margins)).name for pack, beside, margins in asked}) == len(asked)


@pytest.mark.parametrize("damage", [b"", b"\x80\x05garbage", None])
def test_a_damaged_file_is_as_good_as_none(folder: Path, monkeypatch: pytest.MonkeyPatch, damage: bytes | None) -> None:
    first = answered()
    for path in folder.glob("*.plan"):
        path.write_bytes(path.read_bytes()[:-40] if damage is None else damage)
    another_run(monkeypatch)

    assert answered() == first


class Harm:
    """Would make a file when it is read."""

    def __init__(self, at: Path) -> None:
        self.at = at

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return Path.touch, (self.at,)  # type: ignore[return-value]


def test_a_file_cannot_make_anything_run(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = answered()
    for path in folder.glob("*.plan"):
        path.write_bytes(pickle.dumps(Harm(tmp_path / "harm")))
    another_run(monkeypatch)

    assert answered() == first
    assert not (tmp_path / "harm").exists()
    pickle.loads(pickle.dumps(Harm(tmp_path / "harm")))
    assert (tmp_path / "harm").exists(), "the test must be able to do harm"


def test_a_folder_that_cannot_be_written_keeps_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    another_run(monkeypatch)
    keep_plans(tmp_path / "file" / "plans")

    assert '"license_required"' in answered()


def test_only_the_latest_plans_are_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "MOST", 2)
    kept = PlanFolder(folder)
    small = load_packs(["ofac_50"])[0]

    for sources in ({"companies"}, {"people"}, {"stakes"}):
        kept.keep(Asked(small, False, False), Planner(small).plan(frozenset(sources), False))

    assert len(list(folder.glob("*"))) == 2
    assert {"stakes"} in [set(plan.sources) for plan in kept.plans(Asked(small, False, False))]


def test_a_run_from_kept_plans_does_not_load_ibis(tmp_path: Path) -> None:
    code = (
        "import sys; from compliance.cli.main import run;"
        "run(['audit', 'fixtures/twelve_shells_at_1699.yaml', '--pack', 'us_ai_diffusion']);"
        "print('ibis.expr' in sys.modules, file=sys.stderr)"
    )
    root = Path(__file__).parents[2]
    environment = {"COMPLIANCE_CACHE": str(tmp_path), "PATH": "", "PYTHONPATH": str(root)}

    loaded = [
        subprocess.run([sys.executable, "-c", code], cwd=root, env=environment, capture_output=True, text=True).stderr
        for _ in range(2)
    ]

    assert [text.strip() for text in loaded] == ["True", "False"]
