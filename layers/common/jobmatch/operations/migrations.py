"""Bringing the database to the newest schema: on deployment, on one machine and in tests.

alembic is in the layer of the migrations, which most functions do not have, and takes a second to
import. So it is imported when needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobmatch.errors import ConflictError
from jobmatch.wire import Input

if TYPE_CHECKING:
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
        revision: the revision of the database now; `None` if it is empty.
        applied: the revisions that were run, in their order.
        waiting: the revisions that were not run: the first contract step and all after it.
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
    """Run the migrations in a folder that the database has not applied.

    Each runs in its own transaction, so that a failed one does not undo those before it. Two
    upgrades at once run one after the other, and the second has nothing to do.

    Args:
        contract: run contract steps too. They break the code of the previous release. A deployment
            may be rolled back, and therefore stops before the first contract step.

    Raises:
        ConflictError: the database is at a revision that is not in the folder.
    """
    from alembic.runtime.environment import EnvironmentContext  # noqa: PLC0415 - as above
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = configuration(folder)
    directory = ScriptDirectory.from_config(config)
    result = Upgrade()

    # Called under the lock that env.py takes, with the revision that the database has then.
    def plan(current: Sequence[str] | str, _context: object) -> list[RevisionStep]:
        heads = (current,) if isinstance(current, str) else tuple(current)
        result.revision = heads[0] if heads else None
        if _is_ahead(directory, heads):
            return []
        # alembic's own command calls this method, which has no public name.
        steps = directory._upgrade_revs("head", current)  # type: ignore[arg-type]  # noqa: SLF001
        scripts: list[Script] = [step.revision for step in steps]
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
    """Whether the database is at the revision of a later release, as after a rollback.

    That is not an error, because expand steps do not break the code before them.
    """
    known = {script.revision for script in directory.walk_revisions()}
    unknown = set(heads) - known
    newest = max(known, default="")
    if not unknown:
        return False
    if all(name.isdecimal() and len(name) == len(newest) and name > newest for name in unknown):
        return True
    raise ConflictError("The database is at an unknown revision.")


def _phase(script: Script) -> str:
    phase = getattr(script.module, "phase", None)
    if phase not in ("expand", "contract"):
        raise ConflictError(f"Migration {script.revision} names no phase: expand or contract.")
    return str(phase)
