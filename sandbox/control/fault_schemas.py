"""JSON shapes of planned failures."""

from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Annotated, Literal

from pydantic import AwareDatetime, ConfigDict, Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticKnownError

from sandbox.core.clock import iso
from sandbox.core.faults import Fault, FaultKind, FaultStage
from sandbox.core.faults.partners import NOTICES, PARTNERS
from sandbox.core.wire import In, Out
from sandbox.core.wording import did_you_mean, of_form, quoted

_SWAP_SECONDS = 10.0
_LONGEST_WAIT = 600


class FaultIn(In):
    """A failure to plan: which calls are meant (all that is said has to fit), what happens, how often."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"path": "/api/user/shares/*", "kind": "drop", "count": 1}]}
    )
    path: Annotated[str, of_form(r"[/*].*", "a path that begins with a slash, such as /api/*")] | None = (
        Field(default=None, min_length=1, max_length=200)
    )
    """Path pattern: `*` stands for anything."""

    method: Literal["*", "GET", "POST", "PUT", "DELETE"] = "*"
    operation: str | None = Field(default=None, min_length=1, max_length=200)
    """Pattern of the operation's id, as the API description has it."""

    rpc: str | None = Field(default=None, min_length=1, max_length=100)
    """Pattern of the JSON-RPC method that is called at a node, such as eth_sendRawTransaction."""

    partner: str | None = Field(default=None, min_length=1, max_length=60)
    """Pattern of a call to a partner: bank.notices, bank.orders, chain.sign, chain.hand_over, chain.fate."""

    user: str | None = Field(default=None, min_length=1, max_length=100)
    """Only calls of this user; nodes do not know who calls."""

    instance: str | None = Field(default=None, min_length=1, max_length=60)
    kind: FaultKind
    stage: FaultStage = "before"
    """`after`: the call is carried out, only its answer is lost or late."""

    status: int = Field(default=500, ge=200, le=599)
    body: str = Field(default="", max_length=10_000)
    """Absent: what the service would say with this status."""

    code: int = Field(default=-32000, ge=-(2**31), lt=2**31)
    """Of a JSON-RPC error."""

    seconds: float | None = Field(default=None, ge=0, le=1e7, strict=False)
    """How late: 1 s unless set, and 600 at most, but a notice of the bank by the sandbox's clock.

    In a swap, how long the first call waits for the second (10 s).
    """

    jitter_seconds: float = Field(default=0.0, ge=0, le=600, strict=False)
    """So much later or earlier, drawn for each call."""

    count: int | None = Field(default=None, ge=1)
    """How many calls fail; absent: until cleared."""

    skip: int = Field(default=0, ge=0)
    """How many calls pass first."""

    probability: float = Field(default=1.0, gt=0, le=1, strict=False)
    seed: str = Field(default="", max_length=100)
    """Of what is drawn: the same seed strikes the same calls in the row of those that are meant."""

    starts_at: AwareDatetime | None = Field(default=None, strict=False)
    ends_at: AwareDatetime | None = Field(default=None, strict=False)
    """By the sandbox's clock."""

    lasts_seconds: float | None = Field(default=None, gt=0, le=1e9, strict=False)
    """In place of `ends_at`: for so long by the sandbox's clock."""

    @field_validator("seconds")
    @classmethod
    def _not_too_late(cls, seconds: float | None, info: ValidationInfo) -> float | None:
        """Tell whoever plans for a call of a client its bound; partners have a longer one as well."""
        if seconds is not None and seconds > _LONGEST_WAIT and info.data.get("partner") is None:
            raise PydanticKnownError("less_than_equal", {"le": _LONGEST_WAIT})
        return seconds

    @model_validator(mode="after")
    def _means_something(self) -> "FaultIn":
        if self.path is None and self.operation is None and self.rpc is None and self.partner is None:
            raise ValueError("say which calls are meant: `path`, `operation`, `rpc` or `partner`")
        self._judge_partner()
        if self.partner != NOTICES and self.seconds is not None and self.seconds > _LONGEST_WAIT:
            raise ValueError(f"`seconds` may be {_LONGEST_WAIT} at most, but for `bank.notices`")
        if self.ends_at is not None and self.lasts_seconds is not None:
            raise ValueError("send either `ends_at` or `lasts_seconds`")
        if self.starts_at is not None and self.ends_at is not None and self.ends_at <= self.starts_at:
            raise ValueError("`ends_at` must be after `starts_at`")
        return self

    def _judge_partner(self) -> None:
        """Refuse a partner's call that does not exist, or cannot fail that way."""
        if self.partner is None:
            return
        if self.path or self.operation or self.rpc or self.user or self.method != "*":
            raise ValueError("`partner` goes without `path`, `operation`, `rpc`, `method` and `user`")
        meant = [name for name in PARTNERS if fnmatchcase(name, self.partner)]
        if not meant:
            hint = did_you_mean(self.partner, list(PARTNERS), cutoff=0.3)
            raise ValueError(f"there is no call {quoted(self.partner)} of a partner.{hint}")
        for name in meant:
            if self.kind not in PARTNERS[name]:
                kinds = ", ".join(sorted(PARTNERS[name]))
                raise ValueError(f"{name} can fail by {kinds}, not by {self.kind}")

    def planned(self, now: datetime) -> Fault:
        """Return the failure to put in force."""
        ends = self.ends_at
        if self.lasts_seconds is not None:
            ends = (self.starts_at or now) + timedelta(seconds=self.lasts_seconds)
        return Fault(
            kind=self.kind,
            method=self.method,
            path=self.path or "*",
            operation=self.operation or "*",
            rpc=self.rpc,
            partner=self.partner,
            user=self.user.strip().lower() if self.user else None,
            instance=self.instance,
            stage=self.stage,
            status=self.status,
            body=self.body,
            code=self.code,
            seconds=(_SWAP_SECONDS if self.kind == "swap" else 1.0) if self.seconds is None else self.seconds,
            jitter_seconds=self.jitter_seconds,
            remaining=self.count,
            skip=self.skip,
            probability=self.probability,
            seed=self.seed,
            starts_at=self.starts_at,
            ends_at=ends,
        )


class FaultOut(Out):
    """A planned failure."""

    id: str
    path: str
    method: str
    operation: str
    rpc: str | None
    partner: str | None
    user: str | None
    instance: str | None
    kind: str
    stage: str
    status: int
    code: int
    seconds: float
    jitter_seconds: float
    remaining: int | None
    skip: int
    probability: float
    seed: str
    starts_at: str | None
    ends_at: str | None
    seen: int
    """How many calls were meant, struck or not."""

    hits: int

    @classmethod
    def of(cls, fault: Fault) -> "FaultOut":
        """Describe a failure."""
        told = {name: getattr(fault, name) for name in cls.model_fields}
        moments = {name: told[name] and iso(told[name]) for name in ("starts_at", "ends_at")}
        return cls.model_validate(told | moments)


class FaultList(Out):
    """The failures in force."""

    faults: list[FaultOut]
