"""Bringing the database to the newest schema: on deployment, on one machine and in tests.

alembic comes with the migrations' own layer and is imported when it is used: most functions have
none, and it takes a second.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jobmatch.errors import ConflictError
from jobmatch.wire import Input

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from alembic.config import Config
    from alembic.runtime.migration import RevisionStep
    from alembic.script import Script, ScriptDirectory


class MigrationRequest(Input):
    """Payload of migrate_database; `contract` runs contract steps as well."""

    contract: bool = False


@dataclass(slots=True)
class Upgrade:
    """What an upgrade did.

    Args:
        revision: where the database is now; none in an empty one.
        applied: the revisions that were run, in their order.
        waiting: those that were not: the first contract step, and what comes after it.
    """

    revision: str | None = None
    applied: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)


def configuration(folder: Path) -> Config:
    """Alembic's configuration for the migrations in a folder, without alembic.ini."""
    from alembic.config import Config  # noqa: PLC0415 - see the module's docstring

    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    return config


def upgrade(folder: Path, *, contract: bool = False) -> Upgrade:
    """Run the migrations in a folder that the database has not seen.

    Each runs in a transaction of its own, so that one that fails leaves what was before it. Two
    upgrades at once run one after the other, and the second finds nothing to do.

    Args:
        contract: run contract steps too. They break the code of the release before, so that a
            deployment, which may be rolled back, stops before the first of them.

    Raises:
        ConflictError: the database is at a revision that the folder does not know.
    """
    from alembic.runtime.environment import EnvironmentContext  # noqa: PLC0415 - as above
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = configuration(folder)
    directory = ScriptDirectory.from_config(config)
    result = Upgrade()

    # Called under the lock that env.py takes, with where the database really is.
    def plan(current: Sequence[str] | str, _context: object) -> list[RevisionStep]:
        heads = (current,) if isinstance(current, str) else tuple(current)
        result.revision = heads[0] if heads else None
        if _is_ahead(directory, heads):
            return []
        # The very call of alembic's own command; it has no public name.
        steps = directory._upgrade_revs("head", current)  # type: ignore[arg-type]  # noqa: SLF001
        scripts = [_script(step) for step in steps]
        phases = [_phase(script) for script in scripts]
        stop = len(steps) if contract or "contract" not in phases else phases.index("contract")
        result.waiting = [script.revision for script in scripts[stop:]]
        return steps[:stop]

    def note(*, step: Any, **_: object) -> None:
        result.revision = step.up_revision_id
        result.applied.append(step.up_revision_id)

    config.attributes["on_version_apply"] = note
    with EnvironmentContext(config, directory, fn=plan):
        directory.run_env()
    return result


def _is_ahead(directory: ScriptDirectory, heads: Sequence[str]) -> bool:
    """Whether the database is at a later release's revision: after a rollback it is.

    Expand steps do no harm to the code before them, so that this is no error.
    """
    known = {script.revision for script in directory.walk_revisions()}
    unknown = set(heads) - known
    newest = max(known, default="")
    if not unknown:
        return False
    if all(each.isdecimal() and len(each) == len(newest) and each > newest for each in unknown):
        return True
    raise ConflictError("The database is at a revision that is none of ours.")


def _script(step: RevisionStep) -> Script:
    script: Script = step.revision
    return script


def _phase(script: Script) -> str:
    phase = getattr(script.module, "phase", None)
    if phase not in ("expand", "contract"):
        raise ConflictError(f"Migration {script.revision} names no phase: expand or contract.")
    return str(phase)
