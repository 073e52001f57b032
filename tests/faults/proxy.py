"""A TCP proxy in front of a server. It can freeze, as a server does that has stopped answering."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Proxy:
    """While frozen it takes connections and bytes, and passes nothing on."""

    def __init__(self, host: str, port: int) -> None:
        self.target = (host, port)
        self.port = 0
        self.is_listening = threading.Event()

    async def run(self) -> None:
        self.loop, self.end = asyncio.get_running_loop(), asyncio.Event()
        self.running = asyncio.Event()
        self.running.set()
        server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self.is_listening.set()
        await self.end.wait()
        server.close()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self.running.wait()
            their_reader, their_writer = await asyncio.open_connection(*self.target)
            await asyncio.gather(
                self.pass_on(reader, their_writer), self.pass_on(their_reader, writer)
            )
        except asyncio.CancelledError:  # the proxy ends
            pass
        finally:
            writer.close()

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while some := await reader.read(65536):
                await self.running.wait()
                writer.write(some)
                await writer.drain()
        except OSError:  # the other side hung up
            pass
        finally:
            writer.close()

    def freeze(self) -> None:
        self.loop.call_soon_threadsafe(self.running.clear)

    def thaw(self) -> None:
        self.loop.call_soon_threadsafe(self.running.set)


@contextmanager
def proxy_to(host: str, port: int) -> Iterator[Proxy]:
    proxy = Proxy(host, port)
    thread = threading.Thread(target=asyncio.run, args=(proxy.run(),), daemon=True)
    thread.start()
    proxy.is_listening.wait(60)
    try:
        yield proxy
    finally:
        proxy.loop.call_soon_threadsafe(proxy.end.set)
        thread.join(60)
