import os
import signal
import socket
import time
from collections.abc import Iterator

import pytest

from local.errors import InUseError
from local.postgres import EmbeddedPostgres, driver_url


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path_factory.mktemp("postgres") / "server", durable=False)
    server.start()
    yield server
    server.stop()


def test_it_is_set_up_as_the_project_needs_it(server: EmbeddedPostgres) -> None:
    assert server.query("SHOW server_encoding") == "UTF8"
    assert server.query("SHOW timezone") == "UTC"
    assert server.query("SHOW listen_addresses") == "127.0.0.1"
    assert server.query("SHOW fsync") == "off"
    assert (
        server.query("SELECT string_agg(x, '' ORDER BY x) FROM unnest('{b,B,é,a}'::text[]) x")
        == "Babé"
    )
    assert server.url("other").endswith(f"@127.0.0.1:{server.port}/other")
    assert (server.folder / "password").stat().st_mode & 0o777 == 0o600


def test_a_folder_has_one_server(server: EmbeddedPostgres) -> None:
    with pytest.raises(InUseError, match=f"already in use by process {os.getpid()}"):
        EmbeddedPostgres(server.folder).start()


def test_data_and_port_survive_a_restart_and_a_crash(server: EmbeddedPostgres) -> None:
    port = server.port
    server.query("CREATE TABLE kept (n int)")
    server.stop()
    server.start()
    data = server.folder / "data"
    os.kill(int((data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    server.stop()
    assert (data / "postmaster.pid").exists()
    time.sleep(0.2)
    server.start()
    assert server.port == port
    assert server.query("SELECT count(*) FROM kept") == "0"


def test_a_port_that_was_taken_meanwhile_is_replaced(server: EmbeddedPostgres) -> None:
    port = server.port
    server.stop()
    with socket.create_server(("127.0.0.1", port)):
        server.start()
        assert server.port != port
        assert server.query("SELECT 1") == "1"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+pg8000"])
def test_addresses_of_other_servers(scheme: str) -> None:
    assert driver_url(f"{scheme}://u:p@h/d") == "postgresql+pg8000://u:p@h/d"
