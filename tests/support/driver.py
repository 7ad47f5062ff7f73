"""In-process test driver for Flet 1.0.5 apps: no browser, no Flutter, no socket; about 40 ms a test.

    async with FletDriver(main, size=(390, 844)) as app:
        await app.tap("Send")
        assert app.shows("To nobody")

Names are the visible texts, accessible names, field labels and `ident` test ids.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any, Self, TypeVar, cast

import flet as ft
from flet.components.public_utils import unwrap_component
from flet.controls.base_control import BaseControl
from flet.controls.context import _context_page, context
from flet.messaging.session import Session

from tests.support.fake_client import FakeClient, Node, through_the_wire
from tests.support.screen_tree import is_disabled, names_of, outline, visible_controls

C = TypeVar("C", bound=BaseControl)
TAPPABLE = ("on_click", "on_tap")


class Crash(AssertionError):  # noqa: N818 - reads better in a test
    """An exception escaped from a handler, an effect, a render or main()."""


class _Reports(logging.Handler):
    """Errors that error boundaries and wrapped handlers caught."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(record)

    def cause(self) -> BaseException | None:
        """The exception behind the first report."""
        return self.seen[0].exc_info[1] if self.seen[0].exc_info else None


class FletDriver:
    """Mounts an app, sends what a client would send, and shows what a client would see."""

    def __init__(
        self,
        main: Callable[[ft.Page], Awaitable[None] | None],
        *,
        route: str = "/",
        size: tuple[int, int] = (390, 844),
        platform: str = "android",
        web: bool = False,
        dark: bool = False,
        answers: Mapping[tuple[str, str] | str, Any] | None = None,
        before_main: Callable[[ft.Page], None] | None = None,
        forgive: bool = False,
    ) -> None:
        self.main, self.before_main = main, before_main
        self.start: Node = {
            "route": route,
            "web": web,
            "platform": platform,
            "platform_brightness": "dark" if dark else "light",
            "width": float(size[0]),
            "height": float(size[1]),
            "window": {},
            **dict.fromkeys(("pwa", "wasm", "debug", "multi_view", "pyodide"), False),
            "test": True,
        }
        self.forgive = forgive  # errors that the app caught and logged are no failure of this test
        self.crashes: list[str] = []
        self.reports = _Reports()
        self.renders: list[int] = []  # how many controls each re-render since the start walked through
        self.calls: list[tuple[str, str, Any]] = []  # (control type, method, arguments) that the app invoked
        self.clipboard = ""
        self.answers = dict(answers or {})
        self._tasks: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> Self:
        self._before = asyncio.all_tasks()
        logging.getLogger("app").addHandler(self.reports)
        self.client = FakeClient(lambda body: self._spawn(self._answer(body)), self.crashes.append)
        self.session = Session(self.client)
        self.page = self.session.page
        _context_page.set(self.page)  # so that a test may call state setters directly
        self.session.apply_page_patch(self.start)
        if self.before_main:
            self.before_main(self.page)
        self.tree = through_the_wire(self.session.get_page_patch())  # type: ignore[no-untyped-call]
        self.client.adopt(self.tree)
        self._count_renders()
        self._spawn(self._run_main())
        await self.settle()
        return self

    def _count_renders(self) -> None:
        patch = self.session.patch_control

        def counted(*args: Any, **kwargs: Any) -> None:
            body = kwargs.get("control", args[0] if args else None)
            self.renders.append(sum(1 for _ in visible_controls(body)))
            patch(*args, **kwargs)

        self.session.patch_control = counted  # type: ignore[method-assign]

    async def _run_main(self) -> None:
        _context_page.set(self.page)
        context.reset_auto_update()  # type: ignore[no-untyped-call]
        result = self.main(self.page)
        if inspect.isawaitable(result):
            await result
        await self.session.after_event(self.page)

    async def __aexit__(self, *_: object) -> None:
        logging.getLogger("app").removeHandler(self.reports)
        self.session.close()  # type: ignore[no-untyped-call]
        for task in asyncio.all_tasks() - self._before - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0)
        self.client.executor.shutdown(wait=False)

    def _spawn(self, coroutine: Any) -> None:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (failure := task.exception()):
            self.crashes.append(repr(failure))

    # -- time ------------------------------------------------------------------------------------------------
    async def settle(self, *, turns: int = 400, quiet: int = 6) -> None:
        """Run the loop until nothing of Flet's own is pending; timers and threads are not awaited."""
        flet, calm = cast(Any, self.session), 0
        for _ in range(turns):
            busy = (
                bool(self._tasks)
                or flet._Session__pending_updates
                or flet._Session__pending_effects
                or flet._Session__updates_ready.is_set()
            )
            calm = 0 if busy else calm + 1
            if calm >= quiet:
                break
            await asyncio.sleep(0)
        updates = flet._Session__updates_task
        # An exception while a component re-renders ends the session's update loop without a word.
        if updates is not None and updates.done() and not updates.cancelled() and updates.exception():
            raise Crash("render failed, the user interface is dead") from updates.exception()
        if self.crashes:
            raise Crash(self.crashes[0])
        if self.reports.seen and not self.forgive:
            raise Crash(f"the app logged: {self.reports.seen[0].getMessage()}") from self.reports.cause()

    async def until(self, predicate: Callable[[], object], seconds: float = 3.0) -> None:
        """For apps that really wait (threads, timers): look again and again."""
        end = self.client.loop.time() + seconds
        while True:
            await self.settle()
            if predicate():
                return
            if self.client.loop.time() > end:
                raise AssertionError(f"timed out; on screen: {self.outline()}")
            await asyncio.sleep(0.005)

    async def until_shows(self, text: str, seconds: float = 3.0) -> None:
        """Wait for a text."""
        await self.until(lambda: self.shows(text), seconds)

    # -- looking ---------------------------------------------------------------------------------------------
    def walk(self) -> Iterator[BaseControl]:
        """Every control the user can see: those of the top dialog if it is modal, else of the top view."""
        return visible_controls(self.page)

    def all(self, kind: type[C], name: str | None = None) -> list[C]:
        """The visible controls of a kind, by name."""
        return [c for c in self.walk() if isinstance(c, kind) and (name is None or name in names_of(c))]

    def find(self, kind: type[C], name: str | None = None) -> C:
        """The first visible control of a kind and name."""
        hits = self.all(kind, name)
        if not hits:
            raise AssertionError(f"no {kind.__name__} named {name!r}; on screen: {self.outline()}")
        return hits[0]

    def inside(self, ident: str, kind: type[C]) -> C:
        """The first control of a kind at or within the one with this name or test id."""
        named = [c for c in self.walk() if ident in names_of(c)]
        for root in named:
            for control in visible_controls(root):
                if isinstance(control, kind):
                    return control
        raise AssertionError(f"no {kind.__name__} in {ident!r}; on screen: {self.outline()}")

    def texts(self) -> list[str]:
        """All visible texts, rich ones joined."""
        return outline(self.walk())

    def texts_in(self, name: str) -> list[str]:
        """The visible texts at or within what carries this name or test id."""
        roots = [c for c in self.walk() if name in names_of(c)]
        return [text for root in roots for text in outline(visible_controls(root))]

    def outline(self) -> str:
        """The visible texts in one line, for messages."""
        return " | ".join(self.texts())

    def shows(self, text: str) -> bool:
        """Whether a visible text contains this."""
        return any(text in shown for shown in self.texts())

    def has(self, name: str) -> bool:
        """Whether something visible carries this name or test id."""
        return any(name in names_of(c) for c in self.walk())

    # -- acting ----------------------------------------------------------------------------------------------
    def _handler_of(self, target: BaseControl | str) -> tuple[BaseControl, str]:
        roots = (
            [target] if isinstance(target, BaseControl) else [c for c in self.walk() if target in names_of(c)]
        )
        for root in roots:
            for control in visible_controls(root):
                for event in TAPPABLE:
                    if getattr(control, event, None) is not None:
                        if is_disabled(control):
                            raise AssertionError(f"{target!r} is disabled")
                        return control, event.removeprefix("on_")
        raise AssertionError(f"nothing to tap named {target!r}; on screen: {self.outline()}")

    def dispatch(self, control: BaseControl, event: str, data: Any = None) -> None:
        """Put one event into the session without waiting for what it does."""
        if control._i not in self.client.index:
            raise AssertionError(f"{control} never reached the client")
        self._spawn(self.session.dispatch_event(control._i, event, data))

    async def fire(
        self, control: BaseControl, event: str, data: Any = None, props: Node | None = None
    ) -> None:
        """The two messages of the real client: changed properties, then the event if anything listens."""
        if props:
            self.session.apply_patch(control._i, props)
            self.client.index[control._i].update(props)
        if getattr(control, f"on_{event}", None) is not None:
            self.dispatch(control, event, data)
        await self.settle()

    async def tap(self, target: BaseControl | str) -> None:
        """Tap what carries this name (or the tappable thing inside it) and let the app answer."""
        control, event = self._handler_of(target)
        await self.fire(control, event)

    async def tap_fast(self, targets: Sequence[str], *, turns_between: int = 0) -> None:
        """Tap several things as fast as messages arrive; ``turns_between`` loop turns let re-renders in."""
        for target in targets:
            control, event = self._handler_of(target)
            self.dispatch(control, event)
            for _ in range(turns_between):
                await asyncio.sleep(0)
        await self.settle()

    async def press(self, *keys: str, ctrl: bool = False) -> None:
        """Hardware keys: for the focused keyboard listener if there is one, else for the page."""
        for key in keys:
            listeners = self.all(ft.KeyboardListener)
            if listeners:
                self.dispatch(listeners[-1], "key_down", {"key": key})
            else:
                data = {"key": key, "ctrl": ctrl, "shift": False, "alt": False, "meta": False}
                self._spawn(self.session.dispatch_event(self.page._i, "keyboard_event", data))
        await self.settle()

    async def type(self, name: str, text: str, *, submit: bool = False) -> None:
        """Fill a text field by its label or test id."""
        field = self._field(name)
        await self.fire(field, "change", text, {"value": text})
        if submit:
            await self.fire(self._field(name), "submit", text)

    def _field(self, name: str) -> ft.TextField:
        direct = self.all(ft.TextField, name)
        return direct[0] if direct else self.inside(name, ft.TextField)

    async def select(self, name: str, key: str) -> None:
        """Choose an entry of a select by its key or text."""
        await self.tap(name)
        await self.tap(f"{name}-{key}" if self.has(f"{name}-{key}") else key)

    async def change(self, target: BaseControl | str, value: Any) -> None:
        """Switch, checkbox, slider, radio group: set a value."""
        control = target if isinstance(target, BaseControl) else self._changeable(target)
        await self.fire(control, "change", value, {"value": value})

    def _changeable(self, name: str) -> BaseControl:
        for kind in (ft.Switch, ft.Checkbox, ft.Slider, ft.RadioGroup):
            for root in (c for c in self.walk() if name in names_of(c)):
                for control in visible_controls(root):
                    if isinstance(control, kind):
                        return control
        raise AssertionError(f"nothing to change named {name!r}; on screen: {self.outline()}")

    async def dismiss(self) -> None:
        """Close the top dialog as a swipe or a tap beside it does."""
        dialog = [d for d in self.page._dialogs.controls if d.open][-1]
        await self.fire(dialog, "dismiss", None, {"open": False})

    async def end_closing(self) -> None:
        """The client tells that the closing animation of a dialog has ended."""
        for dialog in list(self.page._dialogs.controls):
            if not dialog.open and dialog.on_dismiss is not None:
                await self.fire(dialog, "dismiss")

    async def go(self, route: str) -> None:
        """A deep link, the address bar or a browser button."""
        self.session.apply_page_patch({"route": route})
        self._spawn(self.session.dispatch_event(1, "route_change", {"route": route}))
        await self.settle()

    async def back(self) -> None:
        """The platform's back gesture."""
        view = [unwrap_component(v) for v in unwrap_component(self.page.views)][-1]
        self._spawn(self.session.dispatch_event(1, "view_pop", {"route": view.route}))
        await self.settle()

    async def resize(self, width: int, height: int) -> None:
        """Another window size."""
        size = {"width": float(width), "height": float(height)}
        self.session.apply_page_patch(size)
        self._spawn(self.session.dispatch_event(1, "resize", size))
        await self.settle()

    async def lifecycle(self, *states: str) -> None:
        """Life cycle events: inactive, hide, pause, resume, show."""
        for state in states:
            self._spawn(self.session.dispatch_event(1, "app_lifecycle_state_change", {"state": state}))
            await self.settle()

    # -- the client's answers --------------------------------------------------------------------------------
    async def _answer(self, body: Node) -> None:
        control_id, name, args = body["control_id"], body["name"], body.get("args")
        kind = self.client.index.get(control_id, {"_c": "?"})["_c"]
        self.calls.append((kind, name, args))
        result, error = None, None
        answer = self.answers.get((kind, name), self.answers.get(name))
        if isinstance(answer, Exception):
            error = str(answer)
        elif callable(answer):
            result = answer(args)
        elif answer is not None:
            result = answer
        elif name == "push_route":
            self.session.apply_page_patch({"route": args["route"]})
            self._spawn(self.session.dispatch_event(1, "route_change", {"route": args["route"]}))
        elif (kind, name) == ("Clipboard", "set"):
            self.clipboard = args["data"]
        elif (kind, name) == ("Clipboard", "get"):
            result = self.clipboard
        await asyncio.sleep(0)
        self.session.handle_invoke_method_results(control_id, body["call_id"], result, error)
        await asyncio.sleep(0)

    # -- invariants ------------------------------------------------------------------------------------------
    def assert_mirror(self) -> None:
        """The client's tree, built from patches only, equals the tree Python believes it showed."""
        want = through_the_wire(self.page)

        def said(name: str, value: Any) -> bool:
            # A patch names the value it goes back to, a whole control leaves its defaults out.
            return value not in (None, [], {}, False) and (name, value) != ("opacity", 1)

        def norm(node: Any) -> Any:
            if isinstance(node, dict):
                return {k: value for k, v in node.items() if said(k, value := norm(v))}
            return [norm(x) for x in node] if isinstance(node, list) else node

        assert norm(self.tree["views"]) == norm(want["views"])
