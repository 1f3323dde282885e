"""The way to Redis: one address names a single server, Sentinel or Cluster, with or without TLS and ACL."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from redis.asyncio import BlockingConnectionPool, Redis, Sentinel
from redis.asyncio.cluster import ClusterNode, RedisCluster
from redis.asyncio.connection import SSLConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from bot.errors import SettingError
from bot.settings import Secret

Client = Redis | RedisCluster

SECONDS = 1.0  # no answer of Redis is waited for longer
CONNECTIONS = 64  # of one process
SCHEMES = ("redis", "rediss", "sentinel", "sentinels", "cluster", "clusters")
# What may follow the address after a question mark, and what it is.
OPTIONS: dict[str, type] = {"ssl_ca_certs": str, "ssl_certfile": str, "ssl_keyfile": str, "sentinel_password": str}


def connect(address: Secret) -> Client:
    """A client for `redis[s]://`, `sentinel[s]://host,host/service/0` or `cluster[s]://host,host`. Connects when used.

    A user and password before the `@` are those of Redis's ACL. Raises SettingError, which repeats nothing.
    """
    try:
        return _connect(address.reveal())
    except (ValueError, TypeError, LookupError) as error:
        raise SettingError("FINGERPOST_REDIS_URL can't be read: see deploy/docs/redis-keys.md") from error


def _connect(address: str) -> Client:
    parts = urlsplit(address)
    if parts.scheme not in SCHEMES:
        raise ValueError
    login, _, places = parts.netloc.rpartition("@")
    user, _, password = login.partition(":")
    hosts = [_place(place, 26379 if parts.scheme.startswith("sentinel") else 6379) for place in places.split(",")]
    path = [piece for piece in parts.path.split("/") if piece]
    options = {name: OPTIONS[name](value) for name, value in parse_qsl(parts.query, strict_parsing=bool(parts.query))}
    secure = parts.scheme.endswith("s") and parts.scheme != "redis"
    shared: dict[str, Any] = {
        "username": unquote(user) or None,
        "password": unquote(password) or None,
        "socket_timeout": SECONDS,
        "socket_connect_timeout": SECONDS,
    }
    sentinel_password = options.pop("sentinel_password", None)
    if parts.scheme.startswith("cluster"):
        nodes = [ClusterNode(host, port) for host, port in hosts]
        return RedisCluster(startup_nodes=nodes, ssl=secure, max_connections=CONNECTIONS, **shared, **options)
    # A connection that broke while it lay idle is replaced at once; nothing else is tried twice.
    shared["retry"] = Retry(NoBackoff(), 1)
    if parts.scheme.startswith("sentinel"):
        about = {"socket_timeout": SECONDS, "socket_connect_timeout": SECONDS, "password": sentinel_password}
        kwargs = {**about, "ssl": secure, **options}
        sentinel = Sentinel(hosts, sentinel_kwargs=kwargs)  # type: ignore[no-untyped-call]  # untyped in redis-py
        database = int(path[1]) if len(path) > 1 else 0
        return sentinel.master_for(path[0], db=database, ssl=secure, **shared, **options)  # type: ignore[no-any-return]
    host, port = hosts[0]
    if secure:
        shared["connection_class"] = SSLConnection
    pool = BlockingConnectionPool(
        host=host,
        port=port,
        db=int(path[0]) if path else 0,
        max_connections=CONNECTIONS,
        timeout=SECONDS,
        **shared,
        **options,
    )
    return Redis.from_pool(pool)


def _place(text: str, port: int) -> tuple[str, int]:
    place = urlsplit(f"//{text}")
    if not place.hostname:
        raise ValueError
    return place.hostname, place.port or port
