"""`/_sandbox/clock`: what time it is in the sandbox, and how fast it goes."""

from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, Field, model_validator

from sandbox.core.clock import FASTEST, SandboxClock, iso
from sandbox.core.context import Ctx
from sandbox.core.wire import In, Out

router = APIRouter(tags=["control room"], prefix="/_sandbox/clock")


class ClockOut(Out):
    """What the clock shows."""

    now: str
    mode: Literal["real", "frozen", "running"]
    """`real`: the machine's time. `frozen`: it stands still. `running`: set, and going on at `rate`."""

    rate: float
    """Seconds of the sandbox in one of the machine; 0 while it stands still."""

    machine_now: str
    ahead_seconds: float
    """How far it is before the machine's clock; negative if behind."""


class ClockIn(In):
    """How the clock shall go from now on."""

    mode: Literal["real", "frozen", "running"]
    at: AwareDatetime | None = Field(default=None, strict=False, examples=["2026-12-31T23:59:00Z"])
    """The moment to show; absent: the present one."""

    rate: float = Field(default=1.0, gt=0, le=FASTEST, strict=False, allow_inf_nan=False)
    """For `running`: how many times as fast as the machine's clock."""

    back: bool = False
    """Allow `at` to be before what the clock shows now."""

    @model_validator(mode="after")
    def _fits_the_mode(self) -> "ClockIn":
        if self.mode == "real" and self.at is not None:
            raise ValueError("the mode `real` takes no `at`: it is the machine's time")
        if self.mode != "running" and self.rate != 1:
            raise ValueError("only the mode `running` takes a `rate`")
        return self


class AdvanceIn(In):
    """How far to jump."""

    seconds: float = Field(gt=0, le=1e11, strict=False, allow_inf_nan=False)


def clock_of(context: Ctx) -> SandboxClock:
    """Return the clock that can be set."""
    return cast("SandboxClock", context.clock)


Settable = Annotated[SandboxClock, Depends(clock_of)]

_REFUSED: dict[int | str, dict[str, Any]] = {
    422: {"description": "The clock would go back without `back` or past its end, or the body is wrong."}
}


@router.get("")
def show(clock: Settable) -> ClockOut:
    """Return what the clock shows and how it goes."""
    now, machine = clock.now(), clock.machine_now
    setting = clock.setting
    return ClockOut(
        now=iso(now),
        mode=setting.mode,
        rate=setting.rate,
        machine_now=iso(machine),
        ahead_seconds=0.0 if setting.mode == "real" else round((now - machine).total_seconds(), 3),
    )


@router.put("", responses=_REFUSED)
def change(clock: Settable, body: ClockIn) -> ClockOut:
    """Let the clock stand still, go on from a moment, go faster, or follow the machine again."""
    if body.mode == "real":
        clock.follow_machine()
    elif body.mode == "frozen":
        clock.freeze(body.at, back=body.back)
    else:
        clock.run(body.rate, body.at, back=body.back)
    return show(clock)


@router.post("/advance", responses=_REFUSED)
def advance(clock: Settable, body: AdvanceIn) -> ClockOut:
    """Jump forward; what waits for a moment that is passed happens at once."""
    clock.advance(body.seconds)
    return show(clock)
