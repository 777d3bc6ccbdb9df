"""An asyncio server that sends lines back over 1,000 connections at once."""
import asyncio
import concurrent.futures
import resource
import sys

from load import load

scale = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
CONNECTIONS, ROUNDS = 1000, max(2, int(20 * scale))
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # the load inherits it


async def main():
    lines = open_now = most = 0

    async def serve(reader, writer):
        nonlocal lines, open_now, most
        open_now += 1
        most = max(most, open_now)
        while line := await reader.readline():
            lines += 1
            writer.write(line)
            await writer.drain()
        writer.close()
        await writer.wait_closed()
        open_now -= 1
        if not open_now:
            over.set()

    over = asyncio.Event()
    async with await asyncio.start_server(serve, "127.0.0.1", 0, backlog=CONNECTIONS) as server:
        port = server.sockets[0].getsockname()[1]
        with concurrent.futures.ThreadPoolExecutor(1) as beside:
            result = await asyncio.get_running_loop().run_in_executor(beside, load, "echo", port, ROUNDS, CONNECTIONS)
        await over.wait()
    assert lines == result["answers"] == ROUNDS * CONNECTIONS, (lines, result)
    assert most == CONNECTIONS, most
    return result


result = asyncio.run(main())
print(f"asyncio_echo.rate {result['answers'] / result['seconds']:.0f} 1/s")
