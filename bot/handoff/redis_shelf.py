"""The shelf of production: Redis with an append-only file that is on disk before it answers."""

import asyncio
import struct
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError

from bot.handoff.records import Change, Count, HandoffId, Happened, HelplineId
from bot.handoff.shelf import Row, Write, Written
from bot.handoff.store import StoreDown
from bot.rest import Rest

PREFIX = "fp:{handoff}:"  # the braces keep all keys on one node of a cluster
_WRITE = (Path(__file__).parent / "write.lua").read_text("utf-8")
_CALL_SECONDS = 1.5  # a visitor in danger waits for one call at most, and is answered within 3 s
_REST_SECONDS = 1.0
_LISTEN_SECONDS = 5.0  # longer than any wait for changes
_TAG_SECONDS = 32 * 86400  # longer than anything that is tagged
_BRIEF_SECONDS = 3600
_SURE_SECONDS = 30.0  # how long it is believed that Redis keeps what it is given
_UNTIL = struct.Struct(">d")


class RedisShelf:
    """One Redis that several machines share. Every key has a time to live."""

    def __init__(self, client: "Redis", listening: "Redis") -> None:
        self._client = client
        self._listening = listening
        self._write = client.register_script(_WRITE)
        self._sure_until = 0.0
        self._rest = Rest(slow=_CALL_SECONDS / 2, most=1, seconds=_REST_SECONDS)

    @classmethod
    def of(cls, url: str) -> "RedisShelf":
        """The shelf of a Redis address. Nothing is connected yet."""

        def client(seconds: float) -> "Redis":
            return Redis.from_url(
                url,
                socket_timeout=seconds,
                socket_connect_timeout=_CALL_SECONDS,
                retry=Retry(NoBackoff(), 1),
                health_check_interval=15,
            )

        return cls(client(_CALL_SECONDS), client(_LISTEN_SECONDS))

    async def write(self, write: Write) -> Written:
        row = write.row
        key, sealed = write.said or ("", b"")
        arguments: list[Any] = [PREFIX, row.id, row.version, row.sealed, int(row.until * 1000), key, sealed]
        arguments += [int(write.forget_said), _TAG_SECONDS, len(row.tags), *row.tags, len(write.counts)]
        for (day, helpline, what), number in write.counts.items():
            arguments += [day.isoformat(), f"{helpline}|{what}", number]
        arguments.append(len(write.changes))
        for change in write.changes:
            arguments += [change.happened.value, change.handoff or "", change.helpline or ""]
        await self._be_sure()
        done, seq, again = await self._call(lambda: self._write(keys=[PREFIX + f"row:{row.id}"], args=arguments))
        return Written(done=bool(done), seq=seq, again=bool(again))

    async def read(self, id: str) -> Row | None:
        return _row(id, await self._call(lambda: self._client.hmget(PREFIX + f"row:{id}", _ROW)))

    async def tagged(self, tag: str) -> Sequence[Row]:
        members = await self._call(lambda: self._client.smembers(PREFIX + f"tag:{tag}"))
        ids = [id.decode() for id in members]
        if not ids:
            return []
        pipeline = self._client.pipeline(transaction=False)
        for id in ids:
            pipeline.hmget(PREFIX + f"row:{id}", _ROW)
        rows = [_row(id, found) for id, found in zip(ids, await self._call(pipeline.execute), strict=True)]
        if gone := [id for id, row in zip(ids, rows, strict=True) if row is None]:
            await self._call(lambda: self._client.srem(PREFIX + f"tag:{tag}", *gone))
        return [row for row in rows if row]

    async def said(self, id: str, *, after: int) -> Sequence[tuple[int, bytes]]:
        found = await self._call(lambda: self._client.lrange(PREFIX + f"said:{id}", after, -1))
        return list(enumerate(found, after + 1))

    async def said_under(self, id: str, key: str) -> tuple[int, bytes] | None:
        seq = await self._call(lambda: self._client.hget(PREFIX + f"keys:{id}", key))
        if seq is None:
            return None
        sealed = await self._call(lambda: self._client.lindex(PREFIX + f"said:{id}", int(seq) - 1))
        return (int(seq), sealed) if sealed is not None else None

    async def tell(self, change: Change) -> None:
        told = {"happened": change.happened.value, "handoff": change.handoff or "", "helpline": change.helpline or ""}
        pipeline = self._client.pipeline(transaction=False)
        pipeline.xadd(PREFIX + "changes", told, maxlen=10_000)  # type: ignore[arg-type]
        pipeline.expire(PREFIX + "changes", 86400)
        await self._call(pipeline.execute)

    async def changes(self, cursor: str | None, *, wait: float) -> tuple[str, Sequence[Change]]:
        stream = PREFIX + "changes"
        if cursor is None:
            last = await self._call(lambda: self._client.xrevrange(stream, count=1))
            return (last[0][0].decode() if last else "0-0"), []
        found = await self._answer(self._listening.xread({stream: cursor}, block=max(1, int(wait * 1000))))
        if not found:
            return cursor, []
        entries = found[stream.encode()][0] if isinstance(found, dict) else found[0][1]
        return entries[-1][0].decode(), [_change(told) for _, told in entries]

    async def put_briefly(self, place: str, name: str, sealed: bytes, *, until: float) -> None:
        pipeline = self._client.pipeline(transaction=False)
        pipeline.hset(PREFIX + f"brief:{place}", name, _UNTIL.pack(until) + sealed)
        pipeline.expire(PREFIX + f"brief:{place}", _BRIEF_SECONDS)
        await self._call(pipeline.execute)

    async def drop_briefly(self, place: str, name: str) -> None:
        await self._call(lambda: self._client.hdel(PREFIX + f"brief:{place}", name))

    async def kept_briefly(self, place: str, *, now: float) -> Mapping[str, bytes]:
        found = await self._call(lambda: self._client.hgetall(PREFIX + f"brief:{place}"))
        return {
            name.decode(): value[_UNTIL.size :]
            for name, value in found.items()
            if _UNTIL.unpack(value[: _UNTIL.size])[0] > now
        }

    async def tally(self, key: str, *, now: float, seconds: float, step: int = 1) -> int:
        if not step:
            return int(await self._call(lambda: self._client.get(PREFIX + f"tally:{key}")) or 0)
        pipeline = self._client.pipeline(transaction=True)
        pipeline.incrby(PREFIX + f"tally:{key}", step)
        pipeline.expire(PREFIX + f"tally:{key}", int(seconds), nx=True)
        return int((await self._call(pipeline.execute))[0])

    async def counts(self, helplines: Collection[str], *, first: date, last: date) -> Sequence[Count]:
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        pipeline = self._client.pipeline(transaction=False)
        for day in days:
            pipeline.hgetall(PREFIX + f"counts:{day.isoformat()}")
        found: list[Count] = []
        for day, numbers in zip(days, await self._call(pipeline.execute), strict=True):
            for name, number in sorted(numbers.items()):
                helpline, _, what = name.decode().partition("|")
                if helpline in helplines and int(number):
                    found.append(Count(day=day, helpline=HelplineId(helpline), what=what, number=int(number)))
        return found

    async def purge(self, now: float) -> Sequence[str]:
        over = await self._call(lambda: self._client.zrangebyscore(PREFIX + "until", "-inf", now * 1000))
        erased = [id.decode() for id in over]
        for id in erased:
            pipeline = self._client.pipeline(transaction=True)
            pipeline.delete(*(PREFIX + f"{part}:{id}" for part in ("row", "said", "keys", "tags")))
            pipeline.zrem(PREFIX + "until", id)
            await self._call(pipeline.execute)
        if erased:
            await self._forget_log()
        return erased

    async def check(self) -> None:
        self._sure_until = 0.0
        await self._be_sure()

    async def aclose(self) -> None:
        await self._client.aclose()
        await self._listening.aclose()

    async def _be_sure(self) -> None:
        """Redis must write every change to disk before it answers, and throw nothing away. Raises StoreDown."""
        if time.monotonic() < self._sure_until:
            return
        wanted = {"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction"}
        try:
            found = {name: await self._config(name) for name in wanted}
        except ResponseError:
            # An account that may not read the configuration: at least there must be an append-only file.
            persistence = await self._call(lambda: self._client.info("persistence"))
            found = wanted | {"appendonly": "yes" if persistence.get("aof_enabled") else "no"}
        for name, value in wanted.items():
            if found[name] != value:
                raise StoreDown(f"redis must have {name} {value}")
        self._sure_until = time.monotonic() + _SURE_SECONDS

    async def _config(self, name: str) -> str:
        found = await self._call(lambda: self._client.config_get(name), refusable=True)
        return str(found.get(name) or found.get(name.encode(), b"").decode())

    async def _forget_log(self) -> None:
        """The append-only file still holds what was erased, sealed, until it is written anew."""
        try:
            await self._call(self._client.bgrewriteaof, refusable=True)
        except ResponseError:
            return  # one is under way, or the account may not: Redis does it by itself as the file grows

    async def _call(self, call: Callable[[], Any], *, refusable: bool = False) -> Any:
        """What Redis answers in time; after a call that hung, a moment passes before the next one tries.

        Raises StoreDown; with `refusable` also ResponseError.
        """
        if not self._rest.allows():
            raise StoreDown("resting")
        started, answered = time.monotonic(), False
        try:
            async with asyncio.timeout(_CALL_SECONDS):
                answer = await self._answer(call(), refusable=refusable)
            answered = True
            return answer
        except TimeoutError as error:
            self._sure_until = 0.0
            raise StoreDown("slow") from error
        except ResponseError:
            answered = True
            raise
        finally:
            self._rest.told(seconds=time.monotonic() - started, answered=answered)

    async def _answer(self, asked: Any, *, refusable: bool = False) -> Any:
        try:
            return await asked
        except ResponseError as error:
            if refusable:
                raise
            raise StoreDown(type(error).__name__) from error
        except (RedisError, OSError) as error:  # a timeout of the socket among them
            self._sure_until = 0.0
            raise StoreDown(type(error).__name__) from error


_ROW = ("version", "sealed", "until")


def _row(id: str, found: Sequence[bytes | None]) -> Row | None:
    version, sealed, until = found
    if version is None or sealed is None or until is None:
        return None
    return Row(id=id, version=int(version), sealed=sealed, until=int(until) / 1000)


def _change(told: Mapping[bytes, bytes]) -> Change:
    handoff, helpline = told[b"handoff"].decode(), told[b"helpline"].decode()
    return Change(
        happened=Happened(told[b"happened"].decode()),
        handoff=HandoffId(handoff) if handoff else None,
        helpline=HelplineId(helpline) if helpline else None,
    )
