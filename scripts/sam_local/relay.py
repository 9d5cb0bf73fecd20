"""From an address that containers reach to ports of 127.0.0.1, where `make run` listens.

    python -m scripts.sam_local.relay ADDRESS PORT...

It prints, as a list, the port at ADDRESS that leads to each PORT.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys

CHUNK = 65_536


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass on all that comes, then say that nothing more does."""
    with contextlib.suppress(OSError):
        while part := await reader.read(CHUNK):
            writer.write(part)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()


async def _open(address: str, port: int) -> asyncio.Server:
    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer), contextlib.suppress(OSError):
            inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)
            with contextlib.closing(inner_writer):
                await asyncio.gather(_pump(reader, inner_writer), _pump(inner_reader, writer))

    return await asyncio.start_server(pass_on, address, 0)


async def relay(address: str, ports: list[int]) -> None:
    """Pass on connections until this process is ended."""
    servers = [await _open(address, port) for port in ports]
    print(json.dumps([server.sockets[0].getsockname()[1] for server in servers]), flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    asyncio.run(relay(sys.argv[1], [int(port) for port in sys.argv[2:]]))
