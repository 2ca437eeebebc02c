"""A real Apache Kafka, one node in KRaft mode on loopback, for the tests and the bench.

The jars come from Maven Central by `pom.xml` beside this file and are kept in `.cache/kafka/libs`
between runs. A broker can be stopped, killed and started again on the same data and ports.
"""

import base64
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
from kafka import KafkaAdminClient
from kafka.errors import KafkaError

_POM = Path(__file__).with_name("pom.xml")
_LIBS = Path(__file__).parents[2] / ".cache" / "kafka" / "libs"
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"

_PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},SASL://127.0.0.1:{sasl},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port},SASL://127.0.0.1:{sasl}
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL:SASL_PLAINTEXT
sasl.enabled.mechanisms=SCRAM-SHA-256
listener.name.sasl.scram-sha-256.sasl.jaas.config=\
org.apache.kafka.common.security.scram.ScramLoginModule required;
log.dirs={home}/log
num.partitions=3
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
message.max.bytes=4194304
log.retention.check.interval.ms=500
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=500
num.network.threads=2
num.io.threads=4
"""

_LOGGING = """\
rootLogger.level=warn
rootLogger.appenderRef.c.ref=C
appender.c.type=Console
appender.c.name=C
appender.c.layout.type=PatternLayout
appender.c.layout.pattern=%d %p %c{1} %m%n
"""


class UnavailableError(Exception):
    """Kafka cannot be had on this machine; the message says what is missing."""


class Broker:
    """One Kafka node. `address` and the data stay the same over stop, kill and start."""

    USER, PASSWORD = "alice", "alice-secret"

    def __init__(self, home: Path, libs: Path) -> None:
        self._home, self._libs = home, libs
        self._port, self._sasl, self._controller = _free_ports(3)
        self._process: subprocess.Popen[bytes] | None = None
        self.address = f"127.0.0.1:{self._port}"
        self.sasl_address = f"127.0.0.1:{self._sasl}"
        self._format()

    def start(self, patience: float = 60) -> None:
        """Start the node and wait until it answers as a cluster."""
        with (self._home / "broker.log").open("ab") as output:
            self._process = subprocess.Popen(
                self._java("kafka.Kafka", str(self._home / "server.properties")),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        until = time.monotonic() + patience
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                self.kill()
                raise UnavailableError(f"Kafka did not start: {self.words()[-2000:]}")
            time.sleep(0.1)

    def stop(self) -> None:
        """End the node cleanly, as an operator would."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the node as a power cut would."""
        self._end(signal.SIGKILL)

    def words(self) -> str:
        """What the node has printed so far."""
        return (self._home / "broker.log").read_text(errors="replace")

    @contextmanager
    def admin(self) -> Iterator[KafkaAdminClient]:
        """An administrator's connection."""
        client = KafkaAdminClient(bootstrap_servers=self.address)
        try:
            yield client
        finally:
            client.close()

    def create_topic(
        self, partitions: int = 3, configs: Mapping[str, str] | None = None, name: str | None = None
    ) -> str:
        """Create a topic and return its name, a new one unless given."""
        topic = name or f"crm.{secrets.token_hex(6)}"
        wanted = {topic: {"num_partitions": partitions, "configs": dict(configs or {})}}
        with self.admin() as admin:
            admin.create_topics(wanted)
            admin.wait_for_topics([topic])
        return topic

    def _format(self) -> None:
        words = {"port": self._port, "sasl": self._sasl, "controller": self._controller}
        properties = self._home / "server.properties"
        properties.write_text(_PROPERTIES.format(home=self._home, **words))
        (self._home / "log4j2.properties").write_text(_LOGGING)
        cluster = base64.urlsafe_b64encode(secrets.token_bytes(16)).decode()[:22].replace("-", "_")
        login = f"SCRAM-SHA-256=[name={self.USER},password={self.PASSWORD}]"
        how = [
            "format",
            "--standalone",
            "-t",
            cluster[:22].replace("-", "_"),
            "-c",
            str(properties),
            "--add-scram",
            login,
        ]
        done = subprocess.run(
            self._java("kafka.tools.StorageTool", *how), capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise UnavailableError(
                f"Kafka's storage could not be formatted: {done.stdout}{done.stderr}"
            )

    def _java(self, *words: str) -> list[str]:
        return [
            "java",
            "-Xms128m",
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:ActiveProcessorCount=2",
            f"-Dlog4j2.configurationFile={self._home / 'log4j2.properties'}",
            f"-Dkafka.logs.dir={self._home / 'logs'}",
            "-cp",
            f"{self._libs}/*",
            *words,
        ]

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
            with self.admin() as admin:
                return bool(admin.describe_cluster()["brokers"])
        except (OSError, KafkaError):
            return False

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(how)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def running_broker() -> Iterator[Broker]:
    """A started broker in a directory of its own, ended and removed afterwards."""
    libs = fetched_libs()
    with tempfile.TemporaryDirectory(prefix="evenhand-kafka-") as home:
        broker = Broker(Path(home), libs)
        broker.start()
        try:
            yield broker
        finally:
            broker.kill()


def fetched_libs() -> Path:
    """The folder of Kafka's jars, fetched from Maven Central when the POM is new here."""
    if shutil.which("java") is None:
        raise UnavailableError("java is not installed; Apache Kafka needs Java 17 or later")
    wanted, stamp = sha256(_POM.read_bytes()).hexdigest(), _LIBS / "pom.sha256"
    if stamp.exists() and stamp.read_text() == wanted:
        return _LIBS
    if shutil.which("mvn") is None:
        raise UnavailableError("mvn is not installed; it fetches Apache Kafka from Maven Central")
    _LIBS.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_LIBS.parent) as fresh:
        jars = Path(fresh) / "libs"
        command = ["mvn", "-B", "-q", "-C", "-f", str(_POM), _COPY]
        options = ["-DincludeScope=runtime", f"-DoutputDirectory={jars}"]
        done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise UnavailableError(f"mvn could not fetch Apache Kafka: {done.stdout[-2000:]}")
        (jars / stamp.name).write_text(wanted)
        shutil.rmtree(_LIBS, ignore_errors=True)
        jars.rename(_LIBS)
    return _LIBS


@pytest.fixture(scope="session")
def kafka_broker() -> Iterator[Broker]:
    """The session's broker. With `CI` set, no Kafka is a failure; else the tests are skipped."""
    try:
        with running_broker() as broker:
            yield broker
    except UnavailableError as missing:
        if os.environ.get("CI"):
            pytest.fail(str(missing), pytrace=False)
        pytest.skip(str(missing))


def _free_ports(count: int) -> list[int]:
    """Ports nobody listens on now; all are held while choosing, so they differ."""
    held = [socket.socket() for _ in range(count)]
    try:
        for holder in held:
            holder.bind(("127.0.0.1", 0))
        return [int(holder.getsockname()[1]) for holder in held]
    finally:
        for holder in held:
            holder.close()
