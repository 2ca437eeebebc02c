"""The Kafka door: what CRMs publish, into the log exactly once.

    settings    where the brokers are, and the limits
    port        kafka-python with types: the only file that knows the library
    batches     messages of one poll -> one append: events, quarantine, positions
    positions   where to read on, by our own tracking; what is gone stops its partition
    consumer    the loop: poll, read, append, go on; back off when a neighbour is down

Positions are kept in the log, in the transaction of the facts they led to. So a crash at any
instant loses nothing and doubles nothing, and what Kafka itself keeps is for its lag tools only.
"""

from evenhand.kafka.consumer import Consumer
from evenhand.kafka.settings import KafkaSettings

__all__ = ["Consumer", "KafkaSettings"]
