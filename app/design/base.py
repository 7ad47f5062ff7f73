"""The floor every screen stands on: components, handlers and hooks that cannot take the app down."""

from __future__ import annotations

import inspect
import logging
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any, ParamSpec, Protocol, TypeVar, cast, overload

import flet as ft
from babel import Locale
from flet.components.utils import current_component

from app.core import touch
from app.core.brand import Brand
from app.core.i18n import Translate, load_translator
from app.design.dialogs import use_dialog
from app.design.error_card import error_card
from app.design.look import Look, StepName, Tone, Width, make_look

__all__ = [
    "Look",
    "Ref",
    "StepName",
    "Tone",
    "Ui",
    "UiContext",
    "Width",
    "component",
    "create_context",
    "handler",
    "ident",
    "in_background",
    "keyed",
    "make_ui",
    "memo",
    "report",
    "use_context",
    "use_dialog",
    "use_effect",
    "use_memo",
    "use_ref",
    "use_state",
    "use_ui",
]

P = ParamSpec("P")
C = TypeVar("C", bound=ft.BaseControl)
Action = Callable[..., object]

log = logging.getLogger("app.ui")

create_context = ft.create_context
use_context = ft.use_context
use_memo = ft.use_memo
use_state = ft.use_state


V = TypeVar("V")


class Ref(Protocol[V]):
    """A box for one value."""

    current: V


@overload
def use_ref(initial: Callable[[], V]) -> Ref[V]: ...
@overload
def use_ref(initial: V) -> Ref[V]: ...
def use_ref(initial: object) -> Any:
    """A value that outlives renders and whose change draws nothing; a callable makes the first one."""
    return ft.use_ref(initial)


@dataclass(frozen=True, eq=False)
class Ui:
    """What a builder needs to know to draw: look, words and width. The same facts give the same object."""

    look: Look
    t: Translate
    width_class: Width
    reduced_motion: bool
    brand: Brand

    @property
    def tn(self) -> Callable[..., str]:
        """Translate a sentence that depends on a number: ``ui.tn("{n} word", "{n} words", count)``."""
        return self.t.n

    @property
    def locale(self) -> Locale:
        """The Babel locale that figures and dates are written in."""
        return self.t.locale

    @property
    def phone(self) -> bool:
        """Whether the window is as narrow as a phone."""
        return self.width_class is Width.PHONE

    @property
    def margin(self) -> float:
        """Distance of content from the edge at this width."""
        return self.look.margin(self.width_class)

    def picture(self, name: str) -> str:
        """Asset path of one of the brand's pictures, light or dark."""
        return self.brand.picture(name, dark=self.look.dark)

    def fading(self) -> ft.Animation:
        """How content gets visible: over the brand's time, or at once to the eye for less motion."""
        motion = self.look.motion
        # Never the brand's own curve: one that overshoots asks for more than opaque.
        return ft.Animation(
            motion.instant if self.reduced_motion else motion.base, ft.AnimationCurve.EASE_OUT_CUBIC
        )

    def entering(self, milliseconds: int | None = None) -> ft.Animation | None:
        """The brand's movement of what comes in, or none where the user asked for less motion."""
        if self.reduced_motion:
            return None
        motion = self.look.motion
        return ft.Animation(milliseconds or motion.base, ft.AnimationCurve[motion.enter])


UiContext = ft.create_context(cast("Ui | None", None))


@lru_cache(maxsize=64)
def make_ui(
    brand: Brand, *, dark: bool, language: str, width: Width = Width.PHONE, reduced_motion: bool = False
) -> Ui:
    """The Ui of some facts. The shell puts it into ``UiContext``."""
    words = load_translator(language, brand.texts)
    return Ui(make_look(brand, dark), words, width, reduced_motion, brand)


def use_ui() -> Ui:
    """The Ui of the running app; call it once at the top of a component."""
    ui = ft.use_context(UiContext)
    if ui is None:
        raise RuntimeError("No Ui is set. Wrap the screen in UiContext(make_ui(…), lambda: Screen()).")
    return ui


def report(error: BaseException, where: str) -> str:
    """Log an error under a reference that may be shown, and return the reference."""
    reference = secrets.token_hex(3).upper()
    log.error("%s failed, reference %s", where, reference, exc_info=error, extra={"reference": reference})
    return reference


def component(fn: Callable[P, object]) -> Callable[P, ft.Control]:
    """A component whose failure shows a calm card in its place and leaves the rest of the screen alive."""

    @wraps(fn)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> object:
        try:
            return fn(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - Flet's update loop would die of it without a word
            reference, ui = report(error, fn.__qualname__), _ui_of_this_render()
            return error_card(ui.look, ui.t, reference) if ui else ft.Text(reference)

    return cast("Callable[P, ft.Control]", ft.component(guarded))


def memo(fn: Callable[P, ft.Control]) -> Callable[P, ft.Control]:
    """A component that is drawn again only when its arguments differ; hand it ``ui`` as one of them."""
    return cast("Callable[P, ft.Control]", ft.memo(fn))  # type: ignore[no-untyped-call]


def keyed(key: str, control: C) -> C:
    """Give a row its identity, so that inserting one does not redraw the rest."""
    # A component is frozen from birth; its key is the one thing that may still be told to it.
    control._values["key"] = key
    return control


def _ui_of_this_render() -> Ui | None:
    # Without a hook: the failed render may have stopped before or after any of its own.
    part: Any = current_component()
    while part:
        if UiContext._key in part._contexts:
            return cast("Ui | None", part._contexts[UiContext._key])
        part = part._parent_component() if part._parent_component else None
    return None


def handler(action: Action | None) -> Callable[[object], Coroutine[Any, Any, None]] | None:
    """Wrap an event handler, sync or async, with or without the event: it never raises into Flet.

    What the action returns is awaited if it can be, so that a lambda around a coroutine is not dropped.
    """
    if action is None:
        return None
    wants_event = _wants_argument(action)
    where = getattr(action, "__qualname__", repr(type(action)))

    async def guarded(event: object) -> None:
        touch.note()
        try:
            result = action(event) if wants_event else action()
            if inspect.isawaitable(result):
                await result
        except Exception as error:  # noqa: BLE001 - Flet would replace the app by the exception's text
            report(error, where)

    return guarded


def _wants_argument(action: Action) -> bool:
    try:
        parameters = inspect.signature(action).parameters.values()
    except (TypeError, ValueError):
        return False
    return any(
        p.kind in {p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD} and p.default is p.empty for p in parameters
    ) or any(p.kind is p.VAR_POSITIONAL for p in parameters)


def in_background(work: Callable[P, Awaitable[object]], *args: P.args, **kwargs: P.kwargs) -> Future[None]:
    """Run async work beside the user interface; what it raises is logged, not lost."""

    async def guarded() -> None:
        try:
            await work(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - nobody awaits this task
            report(error, getattr(work, "__qualname__", "background work"))

    return cast("Future[None]", ft.context.page.run_task(guarded))


def use_effect(
    setup: Callable[[], object],
    dependencies: Sequence[object] | None = None,
    cleanup: Callable[[], object] | None = None,
) -> None:
    """Flet's effect hook; errors of async effects are logged instead of lost."""
    ft.use_effect(_effect(setup), dependencies, _effect(cleanup) if cleanup else None)


def _effect(fn: Callable[[], object]) -> Callable[[], Any]:
    where = getattr(fn, "__qualname__", "effect")

    async def settled(result: Awaitable[object]) -> None:
        try:
            await result
        except Exception as error:  # noqa: BLE001 - Flet never awaits the task
            report(error, where)

    async def run_async() -> None:
        await settled(cast("Awaitable[object]", fn()))

    def run() -> object:
        try:
            result = fn()
        except Exception as error:  # noqa: BLE001 - Flet would show a crash page
            report(error, where)
            return None
        if inspect.isawaitable(result):
            ft.context.page.run_task(settled, result)
            return None
        return result

    return run_async if inspect.iscoroutinefunction(fn) else run


def ident(name: str, control: ft.Control, label: str | None = None) -> ft.Semantics:
    """Give a control its test id, and an accessible name if it has none of its own."""
    # Two nodes, each a boundary: merged into one with a button, the web engine drops the identifier at the
    # button's first update.
    inner = ft.Semantics(content=control, container=True, label=label)
    # A component has no layout of its own.
    expand = getattr(control, "expand", None)
    return ft.Semantics(content=inner, container=True, identifier=name, expand=expand)
