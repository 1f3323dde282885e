"""Every store there is, behind the one port."""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from bot.settings import Secret
from bot.stores.link import Link
from bot.stores.memory import MemoryTurns
from bot.stores.redis_turns import RedisTurns
from bot.stores.turns import TurnStore
from tests.redis_server import Cluster, Guarded, RedisServer, Watched

SERVERS = {"redis": RedisServer, "cluster": Cluster, "sentinel": Watched, "tls and acl": Guarded}


@dataclass
class Stores:
    """Two stores that are one, as two processes would see it."""

    here: TurnStore
    there: TurnStore


@pytest.fixture(scope="module")
def addresses() -> Iterator[dict[str, str]]:
    """A running server of each kind."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(make()).url for name, make in SERVERS.items()}


@pytest.fixture(params=["memory", *SERVERS])
async def stores(request: pytest.FixtureRequest, addresses: dict[str, str]) -> AsyncIterator[Stores]:
    """Each kind of store in turn."""
    if request.param == "memory":
        store = MemoryTurns(most=1000)
        yield Stores(store, store)
        return
    links = [Link.to(Secret(addresses[request.param])) for _ in range(2)]
    prefix = f"fp:{request.node.originalname}:"
    yield Stores(*(RedisTurns(link, prefix=prefix) for link in links))
    for link in links:
        await link.close()
