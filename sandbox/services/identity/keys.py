"""Signing keys: made at the first start, kept in the database, published as JWKS."""

import base64
import secrets
from typing import Any

from joserfc.jwk import ECKey, KeyParameters, KeySet, RSAKey
from sqlalchemy import select

from sandbox.core.clock import Clock
from sandbox.core.db import Database
from sandbox.core.errors import ConflictError, NotFoundError
from sandbox.core.outbox import record
from sandbox.services.identity.tables import SigningKey

AnyKey = RSAKey | ECKey


class KeyRing:
    """The realm's keys; the newest of the wanted kind signs, all of them verify."""

    def __init__(self, db: Database, clock: Clock, algorithm: str) -> None:
        self._db = db
        self._clock = clock
        self.algorithm = algorithm
        self._keys: dict[str, tuple[str, AnyKey]] = {}
        self.reload()

    def reload(self) -> None:
        """Take the keys anew from the database; make one of the wanted kind if there is none."""
        with self._db.read() as session:
            rows = session.scalars(select(SigningKey).order_by(SigningKey.created_at)).all()
        self._keys = {row.kid: (row.algorithm, self._import(row.algorithm, row.pem, row.kid)) for row in rows}
        if not any(kind == self.algorithm for kind, _ in self._keys.values()):
            self._make(self.algorithm)

    def refresh(self) -> None:
        """Take the keys anew if another process made or retired one."""
        with self._db.read() as session:
            known = session.scalars(select(SigningKey.kid).order_by(SigningKey.created_at)).all()
        if list(self._keys) != list(known):
            self.reload()

    def _make(self, algorithm: str) -> None:
        key: AnyKey = RSAKey.generate_key(2048) if algorithm == "RS256" else ECKey.generate_key("P-256")
        kid = secrets.token_urlsafe(12)
        pem = key.as_pem(private=True).decode()
        with self._db.write() as session:
            session.add(SigningKey(kid=kid, algorithm=algorithm, pem=pem, created_at=self._clock.now()))
            record(
                session, "signing_key.created", kid, {"kid": kid, "algorithm": algorithm, "state": "active"}
            )
        self._keys[kid] = (algorithm, self._import(algorithm, pem, kid))

    def rows(self) -> list[SigningKey]:
        """Return the keys as they are kept, oldest first."""
        with self._db.read() as session:
            return list(session.scalars(select(SigningKey).order_by(SigningKey.created_at)))

    def rotate(self) -> None:
        """Sign with a new key from now on; the older ones go on verifying."""
        self._make(self.algorithm)

    def retire(self, kid: str) -> None:
        """Take an older key away, so that nothing it signed is good any more."""
        if kid not in self._keys:
            raise NotFoundError("There is no key with this id.")
        if kid == self.signing_key()[0]:
            raise ConflictError("This key signs; make a new one first.")
        with self._db.write() as session:
            session.delete(session.get_one(SigningKey, kid))
            record(session, "signing_key.retired", kid, {"kid": kid, "state": "retired"})
        del self._keys[kid]

    @staticmethod
    def _import(algorithm: str, pem: str, kid: str) -> AnyKey:
        parameters: KeyParameters = {"kid": kid, "use": "sig", "alg": algorithm}
        if algorithm == "RS256":
            return RSAKey.import_key(pem, parameters)
        return ECKey.import_key(pem, parameters)

    def signing_key(self) -> tuple[str, AnyKey]:
        """Return key id and key that sign now."""
        kid, (_, key) = [item for item in self._keys.items() if item[1][0] == self.algorithm][-1]
        return kid, key

    def algorithms(self) -> list[str]:
        """Return the algorithms in use."""
        return sorted({kind for kind, _ in self._keys.values()})

    def find(self, kid: str, algorithm: str) -> AnyKey | None:
        """Return the key with this id if it belongs to this algorithm."""
        kind, key = self._keys.get(kid, ("", None))
        return key if kind == algorithm else None

    def public_der(self) -> str:
        """Return the public half of the signing key, as Keycloak shows it: DER in base64."""
        _, key = self.signing_key()
        return base64.b64encode(key.as_der(private=False)).decode()

    def jwks(self) -> dict[str, Any]:
        """Return the public halves."""
        return dict(KeySet([key for _, key in self._keys.values()]).as_dict(private=False))
