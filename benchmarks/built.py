"""The cost of calls of the built functions: the time of a warm call, and the peak of memory.

They run under Lambda's emulator, on PostgreSQL with the rows that the sample events name. The time
is the one that the emulator reports, as Lambda bills it; the peak is that of the function's process
after its first call.
"""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.report import Throughput
from benchmarks.results import EMULATOR, QUICK, ROOT
from benchmarks.settings import environment
from jobmatch.operations.migrations import upgrade
from jobmatch.postgres import engine
from local.postgres import EmbeddedPostgres
from tests.support.artefacts import OPERATIONS, built_functions, check, simulated_aws
from tests.support.emulator import Emulator, merge
from tests.support.rows import empty_tables
from tests.support.samples import event_of, lay_out

if TYPE_CHECKING:
    from collections.abc import Iterator

WARM = "get_job_by_id"
CALLS = 100 if QUICK else 500


def calls(scratch: Path) -> tuple[list[Throughput], list[dict[str, Any]]]:
    """Warm calls of one function, and the peak of every function; in a quick run, of that one."""
    warm, peaks = [], []
    opt = cache(lambda layers: merge(layers, Path(tempfile.mkdtemp(dir=scratch))))
    with (
        _database(scratch / "postgres") as url,
        simulated_aws() as aws,
        built_functions(url, aws) as functions,
    ):
        for name, (function, environment) in functions.items():
            operation = OPERATIONS[name]
            if QUICK and operation != WARM:
                continue
            empty_tables()
            lay_out()
            event = event_of(operation)
            with Emulator(
                function.folder, opt(function.layers), environment, scratch / "log"
            ) as emulator:
                check(operation, emulator.invoke(event), emulator.log())
                peaks.append({"function": operation, "megabytes": emulator.peak_megabytes()})
                if operation == WARM:
                    for _ in range(CALLS):
                        emulator.invoke(event)
                    times = emulator.call_milliseconds()[-CALLS:]
                    case = f"{operation}, whole handler"
                    warm.append(Throughput.of(case, EMULATOR, times, sum(times) / 1000))
    return warm, peaks


@contextmanager
def _database(folder: Path) -> Iterator[str]:
    server = EmbeddedPostgres(folder)
    server.start()
    try:
        with environment(DATABASE_URL=server.url()):
            upgrade(ROOT / "migrations", contract=True)
            yield server.url()
            engine().dispose()
    finally:
        server.stop()
