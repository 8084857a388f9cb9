"""A way to the target that takes its time: ``python -m tests.bench.delaying PORT MS``.

Forwards bytes on loopback, each of a caller's after so many milliseconds and in their order; what
comes back is not held up, so that one exchange on a kept connection costs the delay once.
"""

import asyncio
import sys
from contextlib import suppress

PIECE = 65_536


async def forward(reader, writer, delay_s):
    """Pass on what *reader* has, every piece *delay_s* later, however many are on their way."""
    loop = asyncio.get_running_loop()
    with suppress(OSError):
        while piece := await reader.read(PIECE):
            if delay_s:
                loop.call_later(delay_s, writer.write, piece)
            else:
                writer.write(piece)
        if delay_s:
            await asyncio.sleep(delay_s)
    writer.close()


async def serve(port, delay_s):
    """Listen on a free port, tell it, and forward to *port* until somebody ends this process."""

    async def meet(reader, writer):
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(
            forward(reader, there_writer, delay_s), forward(there_reader, writer, 0)
        )

    server = await asyncio.start_server(meet, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2]) / 1000))
