"""The shape of a scenario file."""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BeforeValidator, Field, ValidationError, model_validator

from sandbox.control.fault_schemas import FaultIn
from sandbox.control.seeds import Coins, Name, NetworkKey, Part
from sandbox.core.wording import describe_problems, did_you_mean, of_form, quoted

_UNITS = {"w": 604_800, "d": 86_400, "h": 3600, "m": 60, "s": 1}
_DURATION = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?[wdhms])+", re.ASCII)
_PIECE = re.compile(r"([0-9.]+)([wdhms])", re.ASCII)
VARIABLE = re.compile(r"\$\{([a-z_][a-z0-9_]*)\}", re.ASCII)
COMPARISONS = ("is", "not", "min", "max", "in", "matches", "length")
BUILT_IN = ("seed",)


def _seconds(value: object) -> object:
    if isinstance(value, str):
        if not _DURATION.fullmatch(value):
            raise ValueError(f"{quoted(value)} is no duration: write it as 90s, 2h30m, 3d or 1w")
        return sum(float(number) * _UNITS[unit] for number, unit in _PIECE.findall(value))
    return value


def _plan(value: object) -> object:
    if isinstance(value, dict):
        try:
            FaultIn.model_validate(value)
        except ValidationError as error:
            raise ValueError(describe_problems(error.errors())) from error
    return value


def _expectation(value: object) -> object:
    """Refuse a comparison that does not exist, before anything runs."""
    if isinstance(value, dict):
        for name in value:
            if name not in COMPARISONS:
                hint = did_you_mean(str(name), COMPARISONS, cutoff=0.4)
                raise ValueError(
                    f"there is no comparison {quoted(name)}; there are {', '.join(COMPARISONS)}.{hint}"
                )
        if not value:
            raise ValueError("an expectation compares with something")
        if "matches" in value:
            try:
                re.compile(str(value["matches"]))
            except re.error as error:
                raise ValueError(f"{quoted(value['matches'])} is no regular expression") from error
    return value


Duration = Annotated[float, BeforeValidator(_seconds), Field(gt=0, le=1e9)]
Variable = Annotated[str, of_form(r"[a-z_][a-z0-9_]*", "small letters, digits and underscores")]
Expectation = Annotated[Any, BeforeValidator(_expectation)]
Path = Annotated[str, of_form(r"/[^\s]*", "a path that begins with a slash")]


class Clock(Part):
    """How the clock goes from now on; one of these."""

    freeze: AwareDatetime | None = None
    """Stand still at a moment, whether it is ahead or behind."""

    advance: Duration | None = None
    rate: float | None = Field(default=None, gt=0, le=100_000)
    real: Literal[True] | None = None

    @model_validator(mode="after")
    def _one(self) -> "Clock":
        _require_one(self, ("freeze", "advance", "rate", "real"))
        return self


class User(Part):
    """Somebody to make, if she is not there yet."""

    name: Name
    verified: bool = False
    wallet: tuple[NetworkKey, ...] = ()
    """Networks on which she has a wallet of the scenario, with its address registered."""


class Fund(Part):
    """Coins for a user's registered address."""

    user: Name
    network: NetworkKey
    amount: Coins


class Kyc(Part):
    """The result of an identity check, set by hand."""

    user: Name
    verified: bool


class Rate(Part):
    """How a rate comes about from now on."""

    network: NetworkKey
    mode: Literal["live", "fixed", "stale", "missing"]
    rate: Coins | None = None


class Chain(Part):
    """What happens to the blocks of a chain; one of these."""

    network: NetworkKey = "ETH"
    mining: Literal["instant", "manual"] | None = None
    mine: int | None = Field(default=None, ge=1, le=1000)
    reorg: int | None = Field(default=None, ge=1, le=1000)
    transactions: Literal["pool", "vanish"] = "pool"
    """What becomes of the transactions of a reorganisation."""

    next: Literal["stuck", "dropped", "reverted", "failed", "delayed", "contended"] | None = None
    """What the next transaction comes to."""

    @model_validator(mode="after")
    def _one(self) -> "Chain":
        _require_one(self, ("mining", "mine", "reorg", "next"))
        return self


class Pay(Part):
    """Coins sent from a user's wallet of the scenario, by a real transaction."""

    user: Name
    network: NetworkKey
    to: str
    amount: str


class Call(Part):
    """A call of any operation of the API."""

    method: Literal["GET", "POST", "PUT", "DELETE"] = "GET"
    path: Path
    user: Name | None = None
    """Who calls; without one it is whoever has no token."""

    body: dict[str, Any] | None = None
    form: dict[str, str] | None = None


_ACTIONS = (
    "clock",
    "user",
    "fund",
    "kyc",
    "rate",
    "chain",
    "pay",
    "fault",
    "clear_faults",
    "call",
    "adds_up",
)
_OF_CALLS = ("status", "expect", "within", "advancing")


class Step(Part):
    """A named step: one action, and what is expected of it."""

    name: str = Field(min_length=1, max_length=120)
    clock: Clock | None = None
    user: User | None = None
    fund: Fund | None = None
    kyc: Kyc | None = None
    rate: Rate | None = None
    chain: Chain | None = None
    pay: Pay | None = None
    fault: Annotated[dict[str, Any], BeforeValidator(_plan)] | None = None
    clear_faults: Literal[True] | None = None
    call: Call | None = None
    adds_up: Literal[True] | None = None
    """All money is where it belongs."""

    status: int | None = Field(default=None, ge=0, le=599)
    """Of a call's answer; without it any good one. 0: the connection was cut or nothing came."""

    expect: dict[str, Expectation] = Field(default_factory=dict)
    """Members of the answer by their path, as `order.items.0.state`, and what they have to be."""

    within: Duration | None = None
    """Make the call again until all is as expected, for so long at most (by the machine's clock)."""

    advancing: Duration | None = None
    """How far the clock jumps before each of these calls."""

    keep: dict[Variable, str] = Field(default_factory=dict)
    """Members of the answer to be used later as `${name}`."""

    @model_validator(mode="after")
    def _one_action(self) -> "Step":
        _require_one(self, _ACTIONS)
        for name in _OF_CALLS:
            if getattr(self, name) not in (None, {}) and self.call is None:
                raise ValueError(f"`{name}` goes with `call` only")
        if self.keep and self.call is None and self.pay is None:
            raise ValueError("`keep` goes with `call` and `pay` only")
        if self.advancing is not None and self.within is None:
            raise ValueError("`advancing` goes with `within` only")
        return self

    @property
    def action(self) -> str:
        """Return which action it is."""
        return next(name for name in _ACTIONS if getattr(self, name) is not None)


class Scenario(Part):
    """A whole scenario file."""

    title: str = Field(min_length=1, max_length=120)
    about: str = Field(default="", max_length=2000)
    seed: str = Field(default="1", max_length=60)
    """What chance is drawn from where a step does not say."""

    steps: tuple[Step, ...] = Field(min_length=1, max_length=200)

    @model_validator(mode="after")
    def _variables_are_kept_before(self) -> "Scenario":
        known = set(BUILT_IN)
        for number, step in enumerate(self.steps, start=1):
            for name in _used(step.model_dump(exclude={"keep"})):
                if name not in known:
                    hint = did_you_mean(name, sorted(known), cutoff=0.4)
                    raise ValueError(
                        f"step {number} ({quoted(step.name)}) uses {quoted(name)}, "
                        f"which no step before it keeps.{hint}"
                    )
            known |= set(step.keep)
        return self


def _require_one(part: Part, names: tuple[str, ...]) -> None:
    given = [name for name in names if getattr(part, name) is not None]
    if len(given) != 1:
        found = f"{' and '.join(given)} are given" if given else "none is given"
        raise ValueError(f"give one of {', '.join(names)}; {found}")


def _used(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from VARIABLE.findall(value)
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _used(name)
            yield from _used(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _used(part)
