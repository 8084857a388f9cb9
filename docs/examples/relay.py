"""The simplest of all proxies: passes bytes on, from one port of loopback to another."""

import asyncio
import sys
from contextlib import suppress


async def pass_on(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    """Writes to *sink* what *source* gives, until either ends."""
    with suppress(ConnectionError):
        while some := await source.read(65536):
            sink.write(some)
            await sink.drain()
    sink.close()


async def main(port: int, upstream_port: int) -> None:
    """Listens on *port*; each connection gets one of its own to *upstream_port*."""

    async def join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            upstream = await asyncio.open_connection("127.0.0.1", upstream_port)
        except OSError:
            writer.close()
            return
        await asyncio.gather(pass_on(reader, upstream[1]), pass_on(upstream[0], writer))

    server = await asyncio.start_server(join, "127.0.0.1", port)
    await server.serve_forever()


asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
