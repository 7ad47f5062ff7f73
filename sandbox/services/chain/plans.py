"""What testers ordered for coming transactions, and switches of a node; both survive a restart."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.services.chain.storage import Database

SCHEMA = """
CREATE TABLE IF NOT EXISTS plan(
    id INTEGER PRIMARY KEY AUTOINCREMENT, outcome TEXT NOT NULL, sender TEXT, remaining INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS switch(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """The next transactions (of one sender, if named) end in this outcome."""

    id: int
    outcome: str
    sender: str | None
    remaining: int


class Plans:
    """Plans in the order in which they were made; the oldest that fits is used first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Plan]:
        """Plans that are not used up."""
        rows = self._database.all("SELECT id, outcome, sender, remaining FROM plan ORDER BY id")
        return [Plan(*row) for row in rows]

    def add(self, outcome: str, sender: str | None, count: int) -> Plan:
        """Orders an outcome for the next `count` transactions."""
        self._database.run(
            "INSERT INTO plan(outcome, sender, remaining) VALUES (?, ?, ?)", outcome, sender, count
        )
        return self.all()[-1]

    def matching(
        self, sender: str, *, without: frozenset[str] = frozenset(), named: bool = False
    ) -> Plan | None:
        """The plan that a transaction of this sender falls under; with `named` one that names the sender."""
        senders = (sender,) if named else (sender, None)
        fitting = (one for one in self.all() if one.sender in senders and one.outcome not in without)
        return next(fitting, None)

    def use(self, plan: Plan) -> None:
        """Counts a plan down; call it inside the transaction that stores what came of it."""
        self._database.run("UPDATE plan SET remaining = remaining - 1 WHERE id = ?", plan.id)
        self._database.run("DELETE FROM plan WHERE remaining <= 0")

    def clear(self) -> None:
        """Forgets all plans."""
        self._database.run("DELETE FROM plan")


def read_switch(database: Database, name: str) -> str | None:
    """A switch as it was last set."""
    row = database.one("SELECT value FROM switch WHERE name = ?", name)
    return None if row is None else str(row[0])


def set_switch(database: Database, name: str, value: str | None) -> None:
    """Sets a switch, or with None takes it back to its default."""
    if value is None:
        database.run("DELETE FROM switch WHERE name = ?", name)
    else:
        database.run("INSERT OR REPLACE INTO switch VALUES (?, ?)", name, value)
