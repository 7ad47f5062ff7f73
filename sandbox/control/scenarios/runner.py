"""Runs a scenario step by step and tells what came of it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from sandbox.control.scenarios.client import (
    MISSING,
    PASSWORD,
    Answer,
    Client,
    StepFailedError,
    filled,
    member,
)
from sandbox.control.scenarios.expectations import objections
from sandbox.control.scenarios.shape import Call, Scenario, Step
from sandbox.core.context import Context
from sandbox.core.errors import SandboxError
from sandbox.core.ids import new_id

_BETWEEN_CALLS = 0.1
StepState = Literal["waiting", "running", "passed", "failed", "skipped"]
RunState = Literal["running", "passed", "failed", "stopped"]


@dataclass
class StepReport:
    """What came of a step."""

    name: str
    action: str
    state: StepState = "waiting"
    detail: str = ""
    seconds: float = 0.0


@dataclass
class Run:
    """A scenario that runs or ran."""

    scenario: str
    title: str
    seed: str
    started_at: datetime
    steps: list[StepReport]
    id: str = field(default_factory=new_id)
    state: RunState = "running"
    ended_at: datetime | None = None


class Runner:
    """Carries out the steps of one scenario."""

    def __init__(self, context: Context, client: Client, scenario: Scenario, run: Run) -> None:
        self._context = context
        self._client = client
        self._scenario = scenario
        self._run = run
        self._known: dict[str, Any] = {"seed": run.seed}
        self._actions: dict[str, Callable[[Step], Awaitable[str]]] = {
            "clock": self._clock,
            "user": self._user,
            "fund": self._fund,
            "kyc": self._kyc,
            "rate": self._rate,
            "chain": self._chain,
            "pay": self._pay,
            "fault": self._fault,
            "clear_faults": self._clear_faults,
            "call": self._call,
            "adds_up": self._adds_up,
        }

    async def go(self) -> None:
        """Do one step after the other; after one that failed, none."""
        run = self._run
        try:
            for step, report in zip(self._scenario.steps, run.steps, strict=True):
                await self._do(step, report)
                if report.state == "failed":
                    run.state = "failed"
                    break
            else:
                run.state = "passed"
        finally:
            if run.state == "running":
                run.state = "stopped"
            for report in run.steps:
                if report.state in {"waiting", "running"}:
                    report.state = "skipped"
            run.ended_at = self._context.clock.now()

    async def _do(self, step: Step, report: StepReport) -> None:
        report.state, start = "running", time.perf_counter()
        try:
            report.detail = await self._actions[step.action](step)
            report.state = "passed"
        except StepFailedError as error:
            report.state, report.detail = "failed", str(error)
        except SandboxError as error:
            report.state, report.detail = "failed", error.message
        finally:
            report.seconds = round(time.perf_counter() - start, 2)

    async def _clock(self, step: Step) -> str:
        one = step.clock
        assert one is not None
        if one.advance is not None:
            told = await self._client.control("POST", "clock/advance", {"seconds": one.advance})
        elif one.freeze is not None:
            body = {"mode": "frozen", "at": one.freeze.isoformat(), "back": True}
            told = await self._client.control("PUT", "clock", body)
        elif one.rate is not None:
            told = await self._client.control("PUT", "clock", {"mode": "running", "rate": one.rate})
        else:
            told = await self._client.control("PUT", "clock", {"mode": "real"})
        return f"It is {told['now']}."

    async def _user(self, step: Step) -> str:
        one = step.user
        assert one is not None
        users = (await self._client.control("GET", "users"))["users"]
        is_new = one.name not in {user["username"] for user in users}
        if is_new:
            body = {"username": one.name, "password": PASSWORD}
            await self._client.control("POST", "users", body)
        await self._client.control("PUT", f"users/{one.name}/kyc", {"is_verified": one.verified})
        for key in one.wallet:
            address = self._context.chains.address(_wallet(one.name), key)
            path = f"/api/user/address?network_key={key}"
            answer = await self._client.call("PUT", path, user=one.name, body={"address": address})
            _require(answer)
        return f"{one.name} {'has the password ' + PASSWORD if is_new else 'was there already'}."

    async def _fund(self, step: Step) -> str:
        one = step.fund
        assert one is not None
        body = {"username": one.user, "network_key": one.network, "amount": f"{one.amount:f}"}
        return f"Transaction {(await self._client.control('POST', 'faucet', body))['tx_id']}."

    async def _kyc(self, step: Step) -> str:
        one = step.kyc
        assert one is not None
        await self._client.control("PUT", f"users/{one.user}/kyc", {"is_verified": one.verified})
        return ""

    async def _rate(self, step: Step) -> str:
        one = step.rate
        assert one is not None
        body = {"mode": one.mode} | ({"rate": f"{one.rate:f}"} if one.rate is not None else {})
        told = await self._client.control("PUT", f"rates/{one.network}", body)
        return f"{told['rate']} EUR of {told['date']}." if told["rate"] else "There is no rate."

    async def _chain(self, step: Step) -> str:
        one = step.chain
        assert one is not None
        base = f"chains/{one.network}"
        if one.mining is not None:
            await self._client.control("PUT", f"{base}/mining", {"mode": one.mining})
            return ""
        if one.mine is not None:
            told = await self._client.control("POST", f"{base}/blocks", {"count": one.mine})
            return f"Block {told['number']}."
        if one.reorg is not None:
            body = {"depth": one.reorg, "transactions": one.transactions}
            told = await self._client.control("POST", f"{base}/reorg", body)
            return f"Transactions that lost their block: {len(told['transactions'])}."
        await self._client.control("POST", f"{base}/plans", {"outcome": one.next})
        return ""

    async def _pay(self, step: Step) -> str:
        one = filled(step.pay.model_dump() if step.pay else {}, self._known)
        tx_id = await self._context.chains.transfer(
            one["network"], one["to"], Decimal(one["amount"]), sender=_wallet(one["user"])
        )
        self._keep(step, {"tx_id": tx_id})
        return f"Transaction {tx_id}."

    async def _fault(self, step: Step) -> str:
        assert step.fault is not None
        number = self._scenario.steps.index(step)
        plan = {"seed": f"{self._run.seed}/{number}", **filled(step.fault, self._known)}
        plan |= {name: value.isoformat() for name, value in plan.items() if isinstance(value, datetime)}
        return f"Failure {(await self._client.control('POST', 'faults', plan))['id']}."

    async def _clear_faults(self, _step: Step) -> str:
        await self._client.control("DELETE", "faults")
        return ""

    async def _adds_up(self, _step: Step) -> str:
        told = await self._client.control("GET", "ledger/check")
        if not told["holds"]:
            raise StepFailedError(" ".join(told["problems"]))
        return ""

    async def _call(self, step: Step) -> str:
        assert step.call is not None
        ends = time.monotonic() + (step.within or 0)
        while True:
            if step.advancing is not None:
                await self._client.control("POST", "clock/advance", {"seconds": step.advancing})
            answer = await self._made(step.call)
            wrong = objections(answer, step.status, filled(step.expect, self._known))
            if not wrong:
                break
            if time.monotonic() >= ends:
                waited = f" (for {step.within:g} s)" if step.within else ""
                raise StepFailedError(" ".join(wrong) + waited)
            await asyncio.sleep(_BETWEEN_CALLS)
        self._keep(step, answer.content)
        return f"Answered {answer.status}." if answer.status else str(answer.content)

    async def _made(self, call: Call) -> Answer:
        asked = filled(call.model_dump(exclude={"method"}), self._known)
        return await self._client.call(call.method, **asked)

    def _keep(self, step: Step, content: Any) -> None:
        for name, path in step.keep.items():
            value = member(content, path)
            if value is MISSING:
                raise StepFailedError(f"The answer has no `{path}` to keep as {name}.")
            self._known[name] = value


def _wallet(user: str) -> str:
    """Name of the chain account behind a user's wallet of a scenario."""
    return f"scenario:{user}"


def _require(answer: Answer) -> None:
    if not 200 <= answer.status < 300:
        raise StepFailedError(f"The sandbox refused: {answer.said()}")
