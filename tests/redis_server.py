"""Real Redis servers for tests, each on a free port and in a folder of its own, stopped by its process id."""

import datetime
import ipaddress
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import redis
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.editor.rehearsal import free_port


class RedisServer:
    """One redis-server. `more` are lines of its configuration."""

    def __init__(self, *more: str, port: int | None = None, mode: Sequence[str] = ()) -> None:
        self.port = port or free_port()
        self._folder = tempfile.TemporaryDirectory(prefix="redis-")
        self.folder = Path(self._folder.name)
        lines = ["bind 127.0.0.1", f"dir {self.folder}", 'save ""', "loglevel warning", *more]
        if not any(line.startswith("port ") for line in more):
            lines.append(f"port {self.port}")
        self._config = self.folder / "redis.conf"
        self._config.write_text("\n".join(lines) + "\n")
        self._mode = list(mode)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        command = ["redis-server", str(self._config), *self._mode]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def wait(self, client: redis.Redis | None = None, seconds: float = 10) -> None:
        """Return when it answers."""
        client = client or redis.Redis(port=self.port)
        until = time.monotonic() + seconds
        while True:
            try:
                client.ping()
                return
            except redis.RedisError:
                assert time.monotonic() < until, "redis-server doesn't answer"
                time.sleep(0.05)

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def __enter__(self) -> Self:
        self.start()
        self.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._folder.cleanup()


class Cluster(RedisServer):
    """A cluster of one node that holds every slot: the same client, the same rules about keys and slots."""

    def __init__(self) -> None:
        super().__init__("cluster-enabled yes")

    @property
    def url(self) -> str:
        return f"cluster://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        super().__enter__()
        client = redis.Redis(port=self.port)
        client.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
        until = time.monotonic() + 10
        while "cluster_state:ok" not in str(client.execute_command("CLUSTER", "INFO")):
            assert time.monotonic() < until
            time.sleep(0.05)
        return self


class Watched:
    """A server and a Sentinel that watches it."""

    def __init__(self) -> None:
        self.server = RedisServer()
        monitor = f"sentinel monitor fingerpost 127.0.0.1 {self.server.port} 1"
        self.sentinel = RedisServer(monitor, mode=["--sentinel"])
        # Sentinel takes no persistence settings.
        config = self.sentinel.folder / "redis.conf"
        config.write_text(config.read_text().replace('save ""\n', ""))

    @property
    def url(self) -> str:
        return f"sentinel://127.0.0.1:{self.sentinel.port}/fingerpost/0"

    def __enter__(self) -> Self:
        self.server.__enter__()
        self.sentinel.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.sentinel.__exit__()
        self.server.__exit__()


class Guarded(RedisServer):
    """TLS alone, and a user who may touch nothing but the keys of the service."""

    def __init__(self) -> None:
        super().__init__()
        certificate, key = _certificate(self.folder)
        lines = (
            "bind 127.0.0.1", f"dir {self.folder}", 'save ""', "port 0", f"tls-port {self.port}",
            f"tls-cert-file {certificate}", f"tls-key-file {key}", f"tls-ca-cert-file {certificate}", "tls-auth-clients no",
            "user default off",
            "user fingerpost on >a/secret:word ~fp:* &fp:* +@all -@admin -@dangerous",
        )  # fmt: skip
        self._config.write_text("\n".join(lines) + "\n")
        self.authority = certificate

    @property
    def url(self) -> str:
        return f"rediss://fingerpost:a%2Fsecret%3Aword@127.0.0.1:{self.port}/0?ssl_ca_certs={self.authority}"

    def __enter__(self) -> Self:
        self.start()
        self.wait(redis.Redis.from_url(self.url))
        return self


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(address, critical=False).add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    at, key_at = folder / "server.crt", folder / "server.key"
    at.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = serialization.PrivateFormat.PKCS8
    key_at.write_bytes(key.private_bytes(serialization.Encoding.PEM, private, serialization.NoEncryption()))
    return at, key_at
