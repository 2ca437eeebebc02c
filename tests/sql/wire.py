"""A wire to PostgreSQL that counts the messages on it, and does something at one of them.

Both directions of the protocol consist of messages that say their length
(https://www.postgresql.org/docs/current/protocol-overview.html), so that a connection can be cut
before each message of a client and before each answer.
"""

import socket
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from typing import Literal

from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import URL

from tests.services.postgres import conninfo

Direction = Literal["asked", "answered"]


class Wire:
    """Passes on what clients ask and a server answers, except at the message it is told."""

    def __init__(self, server: URL) -> None:
        self._server = server
        self._door = socket.create_server(("127.0.0.1", 0))
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        self._direction: Direction = "asked"
        self._remaining = 0
        self._passes: Callable[[], bool] = _never

    @property
    def url(self) -> URL:
        """The server, by way of this wire."""
        host, port = self._door.getsockname()
        query = {"host": host, "port": str(port), "sslmode": "disable", "gssencmode": "disable"}
        return self._server.set(host=None, port=None, query=query)

    def at(
        self, direction: Direction, number: int, passes: Callable[[], bool] | None = None
    ) -> None:
        """At this message from now on, ask whether it passes; if not, the connection is cut."""
        with self._lock:
            self._direction, self._remaining, self._passes = direction, number, passes or _never

    @property
    def reached(self) -> bool:
        """Whether there was such a message; from now on every message passes."""
        with self._lock:
            reached, self._remaining = self._remaining == 0, 0
            return reached

    def serve(self) -> None:
        """Accept clients until the wire is closed."""
        while True:
            try:
                client, _ = self._door.accept()
            except OSError:
                return
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            server = _dial(self._server)
            self._open += [client, server]
            self._start(client, server, "asked")
            self._start(server, client, "answered")

    def close(self) -> None:
        """Close the door and every connection."""
        for each in (self._door, *self._open):
            _hang_up(each)
            each.close()

    def _start(self, from_: socket.socket, to: socket.socket, direction: Direction) -> None:
        threading.Thread(target=self._pass_on, args=(from_, to, direction), daemon=True).start()

    def _pass_on(self, from_: socket.socket, to: socket.socket, direction: Direction) -> None:
        """Pass messages on until one side hangs up or the message has come that is not passed."""
        try:
            for message in _messages(from_, starting=direction == "asked"):
                if self._is_due(direction) and not self._passes():
                    break
                to.sendall(message)
        except OSError:
            pass
        _hang_up(from_)
        _hang_up(to)

    def _is_due(self, direction: Direction) -> bool:
        with self._lock:
            if direction != self._direction or self._remaining == 0:
                return False
            self._remaining -= 1
            return self._remaining == 0


@contextmanager
def wire(server: URL) -> Generator[Wire]:
    """A wire to a server's database."""
    found = Wire(server)
    thread = threading.Thread(target=found.serve, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        found.close()
        thread.join()


def _never() -> bool:
    return False


def _messages(from_: socket.socket, *, starting: bool) -> Iterator[bytes]:
    """Whole messages as they come; only the first of a client has no letter in front."""
    while True:
        letter = b"" if starting else _take(from_, 1)
        length = _take(from_, 4)
        yield letter + length + _take(from_, int.from_bytes(length, "big") - 4)
        starting = False


def _take(from_: socket.socket, size: int) -> bytes:
    taken = bytearray()
    while len(taken) < size:
        piece = from_.recv(size - len(taken))
        if not piece:
            raise ConnectionResetError
        taken += piece
    return bytes(taken)


def _dial(server: URL) -> socket.socket:
    named = conninfo_to_dict(conninfo(server))
    host, port = str(named.get("host", "127.0.0.1")), int(named.get("port") or 5432)
    if not host.startswith("/"):
        dialled = socket.create_connection((host, port))
        dialled.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return dialled
    dialled = socket.socket(socket.AF_UNIX)
    dialled.connect(f"{host}/.s.PGSQL.{port}")
    return dialled


def _hang_up(each: socket.socket) -> None:
    with suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
