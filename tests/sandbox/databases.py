"""On which database the tests of the sandbox run: SQLite, or the PostgreSQL that a variable names."""

import hashlib
import os
from functools import cache
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from sandbox.core.db import Database

SERVER = "ETOPAY_TEST_POSTGRES"
"""Address of a PostgreSQL server whose databases may be made and dropped."""

_TEMPLATE = "etopay_template"


def database_for(folder: Path) -> str | None:
    """Return the address of the folder's own database, None for the SQLite file in it."""
    server = os.environ.get(SERVER)
    if server is None:
        return None
    name = "t_" + hashlib.sha256(str(folder).encode()).hexdigest()[:20]
    _template(server)
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        known = connection.scalar(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name})
        if not known:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}"))
    engine.dispose()
    return _address(server, name)


@cache
def _template(server: str) -> None:
    """Make the tables once; each database is a copy."""
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {_TEMPLATE}"))
        connection.execute(text(f"CREATE DATABASE {_TEMPLATE}"))
    engine.dispose()
    database = Database(_address(server, _TEMPLATE))
    database.create()
    database.close()


def _address(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)
