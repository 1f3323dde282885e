"""A wire that can be broken: forwards connections to a port, or delays, refuses or garbles them."""

import asyncio
import contextlib
import threading
from enum import StrEnum


class Mode(StrEnum):
    """What the wire does."""

    PASS = "pass"
    SLOW = "slow"  # every answer comes late
    REFUSE = "refuse"  # connections are closed at once
    GARBAGE = "garbage"  # answers are noise


LATE_SECONDS = 6.0
NOISE = b"\x00\xff\xfeHTTP/9.9 <?xml \r\n\r\n$-9\r\n{{{" * 20


class Proxy:
    """One wire, run by a thread of its own. Changing the mode breaks what is open."""

    def __init__(self, port: int, target: int) -> None:
        self.port = port
        self._target = target
        self._mode = Mode.PASS
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._open: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    def start(self) -> None:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(5)

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def set(self, mode: Mode) -> None:
        """From now on."""
        asyncio.run_coroutine_threadsafe(self._set(mode), self._loop).result(5)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._connection, "127.0.0.1", self.port)

    async def _close(self) -> None:
        if self._server:
            self._server.close()
        self._break()

    async def _set(self, mode: Mode) -> None:
        self._mode = mode
        self._break()

    def _break(self) -> None:
        for writer in list(self._open):
            writer.transport.abort()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            if self._mode is Mode.REFUSE:
                return
            there, to_there = await asyncio.open_connection("127.0.0.1", self._target)
            self._open.add(to_there)
            try:
                await asyncio.gather(self._pump(reader, to_there, back=False), self._pump(there, writer, back=True))
            finally:
                self._open.discard(to_there)
                to_there.close()
        except OSError:
            pass
        finally:
            self._open.discard(writer)
            with contextlib.suppress(OSError):
                writer.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, back: bool) -> None:
        while data := await reader.read(65536):
            if back and self._mode is Mode.SLOW:
                await asyncio.sleep(LATE_SECONDS)
            writer.write(NOISE if back and self._mode is Mode.GARBAGE else data)
            await writer.drain()
        writer.close()
