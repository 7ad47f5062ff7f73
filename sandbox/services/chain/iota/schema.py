"""Tables of an IOTA node."""

from sandbox.services.chain import plans

SCHEMA = (
    plans.SCHEMA
    + """
CREATE TABLE IF NOT EXISTS coin(
    id BLOB PRIMARY KEY, owner BLOB NOT NULL, version INTEGER NOT NULL, digest BLOB NOT NULL,
    balance INTEGER NOT NULL, previous BLOB NOT NULL, rebate INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS coin_owner ON coin(owner, balance DESC, id);
CREATE TABLE IF NOT EXISTS tx(
    number INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, raw BLOB NOT NULL, signatures TEXT NOT NULL,
    effects TEXT NOT NULL, balance_changes TEXT NOT NULL, object_changes TEXT NOT NULL,
    timestamp INTEGER NOT NULL, checkpoint BLOB NOT NULL, burned INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS party(
    address BLOB NOT NULL, role TEXT NOT NULL, number INTEGER NOT NULL,
    PRIMARY KEY(address, role, number)) WITHOUT ROWID;
"""
)

FROM_ADDRESS = "from"
TO_ADDRESS = "to"
