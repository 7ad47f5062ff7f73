"""`/_sandbox/scenarios`: which there are, and running them."""

import asyncio
from collections import deque
from contextvars import Context as Fresh
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, FastAPI, Request
from pydantic import Field

from sandbox.control.scenarios.client import Client
from sandbox.control.scenarios.library import Library
from sandbox.control.scenarios.runner import Run, Runner, RunState, StepReport, StepState
from sandbox.core.clock import iso
from sandbox.core.context import Context
from sandbox.core.errors import ConflictError, NotFoundError
from sandbox.core.wire import In, Out

router = APIRouter(tags=["control room"], prefix="/_sandbox/scenarios")
_UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"description": "There is no such scenario or run."}}
_BUSY: dict[int | str, dict[str, Any]] = {409: {"description": "A scenario is running."}}
_WRONG: dict[int | str, dict[str, Any]] = {422: {"description": "The scenario's file or the body is wrong."}}
_KEPT = 20


class ScenarioOut(Out):
    """A scenario."""

    name: str
    title: str
    about: str
    steps: list[str]
    problem: str
    """What is wrong with its file, a line for each thing; empty if nothing is."""


class ScenarioList(Out):
    """All scenarios, by name."""

    scenarios: list[ScenarioOut]


class RunIn(In):
    """How to run a scenario."""

    seed: str | None = Field(default=None, min_length=1, max_length=60)
    """What chance is drawn from; absent: what the file says."""

    reset: bool = False
    """Start anew first: everything in the sandbox is lost."""


class StepOut(Out):
    """A step and what came of it."""

    name: str
    action: str
    state: StepState
    detail: str
    seconds: float


class RunOut(Out):
    """A run, and how far it is."""

    id: str
    scenario: str
    title: str
    seed: str
    state: RunState
    started_at: str
    ended_at: str | None
    steps: list[StepOut]


class RunList(Out):
    """The last runs, newest first."""

    runs: list[RunOut]


class Stage:
    """Runs one scenario at a time; what came of the last ones is kept in memory."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._context: Context = app.state.context
        self.library = Library(self._context.settings.scenarios)
        self.runs: deque[Run] = deque(maxlen=_KEPT)
        self._task: asyncio.Task[None] | None = None

    async def start(self, name: str, body: RunIn) -> Run:
        """Begin to run a scenario."""
        if self._task is not None and not self._task.done():
            raise ConflictError("A scenario is running; wait for its end, or stop it.")
        scenario = self.library.get(name)
        run = Run(
            scenario=name,
            title=scenario.title,
            seed=body.seed or scenario.seed,
            started_at=self._context.clock.now(),
            steps=[StepReport(step.name, step.action) for step in scenario.steps],
        )
        client = Client(self._app, self._context.settings)

        async def perform() -> None:
            try:
                if body.reset:
                    await client.control("PUT", "clock", {"mode": "real"})
                    await client.control("POST", "reset")
                await Runner(self._context, client, scenario, run).go()
            finally:
                await client.close()
                if run.state == "running":
                    run.state = "failed"

        self.runs.appendleft(run)
        # In a context of its own: a planned failure must not cut the connection that asked for the run.
        self._task = asyncio.create_task(perform(), name=f"scenario {name}", context=Fresh())
        return run

    def find(self, run_id: str) -> Run:
        """Return a run."""
        for run in self.runs:
            if run.id == run_id:
                return run
        raise NotFoundError("There is no run with this id.")

    async def stop(self) -> None:
        """End what runs, between two of its calls."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


def _stage(request: Request) -> Stage:
    return cast("Stage", request.app.state.stage)


Acting = Annotated[Stage, Depends(_stage)]


@router.get("")
def list_scenarios(stage: Acting) -> ScenarioList:
    """Return the scenarios that come along, and those of the folder that is set."""
    found = []
    for entry in stage.library.all():
        one = entry.scenario
        steps = [step.name for step in one.steps] if one else []
        title, about = (one.title, one.about) if one else ("", "")
        found.append(
            ScenarioOut(name=entry.name, title=title, about=about, steps=steps, problem=entry.problem)
        )
    return ScenarioList(scenarios=found)


@router.get("/runs")
def list_runs(stage: Acting) -> RunList:
    """Return the last runs, newest first."""
    return RunList(runs=[_out(run) for run in stage.runs])


@router.get("/runs/{run_id}", responses=_UNKNOWN)
def show_run(stage: Acting, run_id: str) -> RunOut:
    """Return how far a run is, and what came of its steps."""
    return _out(stage.find(run_id))


@router.delete("/runs/{run_id}", status_code=204, responses=_UNKNOWN)
async def stop_run(stage: Acting, run_id: str) -> None:
    """Stop a run between two of its calls; one that has ended stays as it is."""
    if stage.find(run_id).state == "running":
        await stage.stop()


@router.post("/{name}/run", status_code=202, responses=_UNKNOWN | _BUSY | _WRONG)
async def run_scenario(stage: Acting, name: str, body: RunIn) -> RunOut:
    """Begin to run a scenario; `GET /_sandbox/scenarios/runs/{id}` tells how far it is."""
    return _out(await stage.start(name, body))


def _out(run: Run) -> RunOut:
    steps = [
        StepOut(name=one.name, action=one.action, state=one.state, detail=one.detail, seconds=one.seconds)
        for one in run.steps
    ]
    return RunOut(
        id=run.id,
        scenario=run.scenario,
        title=run.title,
        seed=run.seed,
        state=run.state,
        started_at=iso(run.started_at),
        ended_at=iso(run.ended_at) if run.ended_at else None,
        steps=steps,
    )
