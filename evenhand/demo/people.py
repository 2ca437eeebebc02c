"""The nine people of the demo. All of them are invented."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Person:
    """A payee: the id that facts use, a name, and the job, which is not the role in a deal."""

    payee: str
    name: str
    job: str


PEOPLE: Final = (
    Person("mia", "王敏", "marketing"),
    Person("lin", "林涛", "marketing"),
    Person("qiu", "邱月", "marketing"),
    Person("sam", "李森", "sales"),
    Person("zoe", "周怡", "sales"),
    Person("hao", "郝强", "sales"),
    Person("wei", "魏东", "sales"),
    Person("fang", "方芳", "finance"),
    Person("chen", "陈立", "manager"),
)

FINANCE: Final = "fang"
"""Who publishes the plan and closes the months."""

MANAGER: Final = "chen"
"""Who approves the plan."""
