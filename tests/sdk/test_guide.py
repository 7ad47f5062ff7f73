"""Every example of the pages about the SDK runs as it stands, and prints what the page says."""

from __future__ import annotations

import ast
import contextlib
import inspect
import io
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import etopay_sdk
import pytest
from etopay_sdk import Config, Sdk

from tests.sdk.fake_services import OTHER_EVM, TOKEN, Services, Story

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "sdk.md"
README = ROOT / "sdk" / "README.md"
PAGES = sorted((ROOT / "docs" / "sdk").glob("*.md"))
# What a page begins with, where that is not a user with a wallet.
WITHOUT_WALLET = {"wallet.md"}
BACKEND = "https://example.org/api"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass
class Example:
    """A piece of code, and what it prints."""

    code: str
    output: str
    line: int


def examples(page: Path) -> list[Example]:
    """The examples of a page; what one prints is the block of text that comes next."""
    text = page.read_text(encoding="utf-8")
    found: list[Example] = []
    for block in BLOCK.finditer(text):
        kind, content = block.groups()
        if kind == "python":
            found.append(Example(content, "", text[: block.start()].count("\n") + 2))
        elif kind == "text" and found:
            found[-1].output = content
    return found


# A program of its own, see test_first_payment.py.
PROGRAMS = {"first-payment.md"}
WITH_EXAMPLES = [page for page in PAGES if page.name not in PROGRAMS and examples(page)]


def given(services: Services) -> dict[str, Any]:
    """The names that the guide says are there."""
    story = Story()
    return {
        "token": TOKEN,
        "pin": story.pin,
        "password": story.password,
        "address": OTHER_EVM,
        "mail": "alice@example.org",
        "iban": "DE89370400440532013000",
        "photo": b"a photo",
        "video": b"a video",
    }


async def run(example: Example, page: Path, names: dict[str, Any], services: Services) -> str:
    """Run an example against the services of the test; returns what it printed."""
    code = "\n" * (example.line - 1) + example.code.replace(BACKEND, f"{services.url}/api")
    compiled = compile(code, str(page), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        coroutine = eval(compiled, names)
        if inspect.iscoroutine(coroutine):
            await coroutine
    return printed.getvalue()


async def begin(sdk: Sdk, *, wallet: bool) -> None:
    """What the guide says every page begins with."""
    story = Story()
    await sdk.create_new_user("alice")
    await sdk.init_user("alice")
    await sdk.refresh_access_token(TOKEN)
    await sdk.set_wallet_password(story.pin, story.password)
    await sdk.get_networks()
    await sdk.set_network("ETH")
    if wallet:
        await sdk.create_wallet_from_existing_mnemonic(story.pin, story.phrase)


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=lambda page: page.stem)
async def test_the_examples_of_a_page(
    page: Path, services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with Sdk(Config(f"{services.url}/api", "standalone", "wallets")) as sdk:
        await begin(sdk, wallet=page.name not in WITHOUT_WALLET)
        names = {"sdk": sdk, **given(services)}
        for example in examples(page):
            printed = await run(example, page, names, services)
            wanted = ".+".join(re.escape(part) for part in example.output.split("…"))
            assert re.fullmatch(wanted, printed, re.DOTALL), (
                f"{page.name}:{example.line} printed\n{printed}and the page says\n{example.output}"
            )


@pytest.mark.parametrize("page", [GUIDE, README], ids=lambda page: page.stem)
def test_the_first_program_makes_a_wallet(page: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", examples(page)[0].code]
    ended = subprocess.run(
        command, cwd=tmp_path, env=os.environ, capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    etopay_sdk.check_mnemonic(ended.stdout)
    assert (tmp_path / "wallets" / "lock").exists()


def test_every_call_has_an_example() -> None:
    code = "\n".join(example.code for page in WITH_EXAMPLES for example in examples(page))
    used = {node.attr for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Attribute)}
    used |= {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}
    calls = {name for name in dir(Sdk) if not name.startswith("_")}
    calls |= {name for name in etopay_sdk.__all__ if inspect.isfunction(getattr(etopay_sdk, name))}
    assert len(calls) > 65
    assert calls - used == set()


def test_the_guide_names_what_the_examples_are_given(services: Services) -> None:
    part = GUIDE.read_text(encoding="utf-8").split("## About the examples\n")[1].split("\n## ")[0]
    assert set(re.findall(r"^- `(\w+)`", part, re.MULTILINE)) == {"sdk", *given(services)}


def test_the_guide_leads_to_every_page() -> None:
    assert set(re.findall(r"\(sdk/([\w-]+\.md)", GUIDE.read_text(encoding="utf-8"))) == {
        page.name for page in PAGES
    }
