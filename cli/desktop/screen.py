"""A screen in memory, what stands on it and a picture of it."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image, ImageGrab

from cli.problems import CliError

SIZE = (1280, 800)


@dataclass(frozen=True, slots=True)
class Screen:
    """A running X server without hardware."""

    display: str

    def titles(self) -> list[str]:
        """Titles of the windows that are open."""
        tree = subprocess.run(
            ["xwininfo", "-root", "-tree", "-display", self.display],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        ).stdout
        return re.findall(r'^\s+0x[0-9a-f]+ "(.*?)": \(', tree, re.MULTILINE)

    def picture(self) -> Image.Image:
        """What a person would see."""
        return ImageGrab.grab(xdisplay=self.display).convert("RGB")


@contextmanager
def virtual_screen() -> Iterator[Screen]:
    """Start a screen on a free display number and stop it at the end."""
    read, write = os.pipe()
    size = f"{SIZE[0]}x{SIZE[1]}x24"
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", size, "-nolisten", "tcp"],
        pass_fds=(write,),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        with os.fdopen(read) as answer:
            number = answer.readline().strip()
        if not number:
            raise CliError("The virtual screen did not start.")
        yield Screen(f":{number}")
    finally:
        server.terminate()
        server.wait()
