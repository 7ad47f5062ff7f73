"""Drives a Flet page in Chromium through Flutter's accessibility tree.

Four rules make it steady: semantics are switched on once per load; clicks are forced, since Flutter does its
own hit test; a text field takes input only once its element has stayed focused for some frames; and every
wait is for something to be seen, never for time.
"""

from __future__ import annotations

import io
import re
import time
from pathlib import Path

from PIL import Image
from playwright.sync_api import Error, Locator, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

_FOCUSED = """(e) => new Promise(r => { let n = 0; const end = performance.now() + 1500;
 const f = () => { n = document.activeElement === e ? n + 1 : 0;
   if (n >= 4) r(true); else if (performance.now() > end) r(false); else requestAnimationFrame(f) }; f() })"""
_FRAMES = "(n) => new Promise(r => { const f = () => n-- > 0 ? requestAnimationFrame(f) : r(); f() })"
_PLACEHOLDER = "flt-semantics-placeholder"
_LOADING = '[aria-label="Working..."], flt-semantics:has-text("Working...")'
_REST_MS = 250
_ALMOST_ALL = 0.99
_ONLY_LOOPBACK = re.compile(r"^https?://(?!127\.0\.0\.1[:/])")


class FletPage:
    """One tab that shows the app."""

    def __init__(self, page: Page, *, load_ms: float = 60_000) -> None:
        self.page = page
        self.load_ms = load_ms
        # The web client asks a content network for one script in spite of its settings.
        page.route(_ONLY_LOOPBACK, lambda route: route.abort())

    def open(self, url: str) -> None:
        """Load an address of the app and wait for its first frame."""
        self.page.goto(url)
        self.attach()

    def attach(self) -> None:
        """Switch on the accessibility tree after a load, also one caused by a redirect."""
        self.page.wait_for_selector(_PLACEHOLDER, state="attached", timeout=self.load_ms)
        self.page.evaluate(f"document.querySelector('{_PLACEHOLDER}').click()")
        self.page.wait_for_selector("flt-semantics", state="attached", timeout=self.load_ms)

    def id(self, name: str) -> Locator:
        """The control with this test id."""
        return self.page.locator(f'[flt-semantics-identifier="{name}"]').last

    def role(self, role: str, name: str, *, exact: bool = True) -> Locator:
        """A control by its role and what a screen reader calls it."""
        return self.page.get_by_role(role, name=name, exact=exact)  # type: ignore[arg-type]

    def text(self) -> str:
        """All that the screen says, for assertions about what it does not say."""
        return str(
            self.page.evaluate(
                "[...document.querySelectorAll('flt-semantics, flt-semantics input')].map(e => "
                "(e.getAttribute('aria-label') || '') + ' ' + [...e.childNodes].filter(n => "
                "n.nodeType === 3 || n.tagName === 'SPAN').map(n => n.textContent).join(' ')).join('\\n')"
            )
        )

    def see(self, text: str, *, timeout: float | None = None) -> None:
        """Wait until a text is there, in a label or as content."""
        quoted = text.replace("\\", "\\\\").replace('"', '\\"')
        labelled = self.page.locator(f'[aria-label*="{quoted}"]')
        self.page.get_by_text(text).or_(labelled).first.wait_for(state="attached", timeout=timeout)

    def see_id(self, name: str, *, timeout: float | None = None) -> Locator:
        """Wait until a control is there."""
        control = self.id(name)
        control.wait_for(state="attached", timeout=timeout)
        return control

    def see_any_id(self, *names: str, timeout: float | None = None) -> None:
        """Wait until one of several controls is there."""
        found = ", ".join(f'[flt-semantics-identifier="{name}"]' for name in names)
        self.page.locator(found).first.wait_for(state="attached", timeout=timeout)

    def spoken(self, name: str) -> str:
        """What a screen reader says about a control: its labels and texts in order."""
        return str(
            self.see_id(name).evaluate(
                "e => [e, ...e.querySelectorAll('*')].flatMap(n => [n.getAttribute('aria-label') || '',"
                " ...[...n.childNodes].filter(c => c.nodeType === 3).map(c => c.textContent)])"
                ".filter(Boolean).join(' ').trim()"
            )
        )

    def see_label_like(self, name: str, pattern: re.Pattern[str], *, timeout: float | None = None) -> str:
        """Wait until what a control says matches."""
        deadline = time.monotonic() + (timeout or self.load_ms) / 1000
        while time.monotonic() < deadline:
            said = self.spoken(name)
            if pattern.search(said):
                return said
            self.page.wait_for_timeout(100)
        raise AssertionError(f"{name} says {self.spoken(name)!r}, which is not {pattern.pattern!r}.")

    def see_within(self, name: str, text: str, *, timeout: float | None = None) -> str:
        """Wait until a control says a text."""
        return self.see_label_like(name, re.compile(re.escape(text)), timeout=timeout)

    def see_enabled(self, name: str) -> None:
        """Wait until a button can be pressed."""
        self._tappable(name)

    def shows(self, name: str) -> bool:
        """Whether a control is there right now."""
        return self.page.locator(f'[flt-semantics-identifier="{name}"]').count() > 0

    def gone(self, name: str, *, timeout: float | None = None) -> None:
        """Wait until a control is no more."""
        self.page.locator(f'[flt-semantics-identifier="{name}"]').first.wait_for(
            state="detached", timeout=timeout
        )

    def tap(self, target: Locator | str) -> None:
        """Tap a control, by test id or locator, as soon as it can be tapped."""
        control = self._tappable(target) if isinstance(target, str) else target
        if control.get_attribute("role") in {"radio", "checkbox", "switch"}:
            # Their node is as wide as the row, but only glyph and label take a pointer.
            control.dispatch_event("click")
        else:
            control.click(force=True)

    def _tappable(self, name: str) -> Locator:
        """The part of a control that takes taps; a disabled one has none."""
        self.see_id(name)
        itself = f'[flt-semantics-identifier="{name}"]'
        able = ':is([flt-tappable], [role="button"]):not([aria-disabled="true"])'
        found = self.page.locator(f"{itself}{able}, {itself} {able}").first
        found.wait_for(state="attached")
        return found

    def type(self, target: Locator | str, text: str) -> None:
        """Replace the text of a field, by test id or locator."""
        field = self.see_id(target) if isinstance(target, str) else target
        if field.evaluate("e => !['INPUT', 'TEXTAREA'].includes(e.tagName)"):
            field = field.locator("input, textarea").first
        for _ in range(6):
            if not field.evaluate("e => document.activeElement === e"):
                field.click(force=True)
            if not field.evaluate(_FOCUSED):
                continue
            self.page.keyboard.press("Control+a")
            if text:
                self.page.keyboard.insert_text(text)
            else:
                self.page.keyboard.press("Delete")
            if self._holds(field, text):
                return
        raise AssertionError(f"The field {target!r} did not take the text.")

    def _holds(self, field: Locator, text: str) -> bool:
        """Whether the field has the text, or has given way to what the text meant (an address card)."""
        deadline = time.monotonic() + 1.5
        while time.monotonic() < deadline:
            try:
                if field.input_value(timeout=500) == text:
                    return True
            except PlaywrightTimeoutError:
                return True
            self.page.wait_for_timeout(20)
        return False

    def press(self, keys: str) -> None:
        """Type on the hardware keyboard, whatever has the focus."""
        for key in keys:
            self.page.keyboard.press(key)

    def frames(self, count: int = 2) -> None:
        """Let some frames pass."""
        self.page.evaluate(_FRAMES, count)

    def picture(self, path: Path | None = None, *, seconds: float = 15.0) -> bytes:
        """A picture once something is painted and has come to rest: the tree is ahead of the canvas."""
        deadline = time.monotonic() + seconds
        last = b""
        while time.monotonic() < deadline:
            self.page.wait_for_timeout(_REST_MS)
            try:
                png = self.page.screenshot()
                loading = self.page.locator(_LOADING).count() > 0
            except Error as error:
                if "navigat" in str(error).lower():
                    continue  # the page is being replaced by the next one
                raise
            if png == last and not loading and _painted(png):
                break
            last = png
        if path is not None:
            path.write_bytes(last)
        return last


def _painted(png: bytes) -> bool:
    """Whether there is more on a picture than one colour, or one colour and the sign of waiting."""
    picture = Image.open(io.BytesIO(png)).convert("RGB").quantize(64)
    most: int = max(count for count, _ in picture.getcolors() or [(0, 0)])
    return most < _ALMOST_ALL * picture.width * picture.height
