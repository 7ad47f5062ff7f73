"""The quick start of the guide runs as it stands."""

from __future__ import annotations

import ast
import contextlib
import inspect
import io
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sdk.fake_services import OTHER_EVM, TOKEN, Services, Story
from tests.sdk_package.conftest import SDK

os.environ["ETOPAY_SDK_WEAK_TEST_KDF"] = "1"
os.environ["NO_PROXY"] = "127.0.0.1"
GUIDE = SDK.parent / "docs" / "sdk.md"


@pytest.fixture
def services() -> Iterator[Services]:
    running = Services()
    yield running
    running.close()


def quick_start() -> str:
    part = GUIDE.read_text(encoding="utf-8").split("## Quick start\n")[1].split("\n## ")[0]
    [code] = re.findall(r"```python\n(.*?)```", part, re.DOTALL)
    return str(code)


async def run(code: str, names: dict[str, Any]) -> str:
    """Run code that awaits, as `python -m asyncio` does; returns what it printed."""
    compiled = compile(code, str(GUIDE), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        coroutine = eval(compiled, names)
        if inspect.iscoroutine(coroutine):
            await coroutine
    return printed.getvalue()


async def test_the_quick_start_makes_a_wallet_and_pays(services: Services, tmp_path: Path) -> None:
    story = Story()
    names: dict[str, Any] = {
        "token": TOKEN,
        "pin": story.pin,
        "password": story.password,
        "address": OTHER_EVM,
        "saved_id": "saved-1",
    }
    code = quick_start()
    for stands, is_here in (
        ("https://example.org/api", f"{services.url}/api"),
        ("wallets", str(tmp_path / "w")),
    ):
        assert code.count(f'"{stands}"') == 1
        code = code.replace(f'"{stands}"', repr(is_here))
    printed = await run(code, names)
    assert len(names["phrase"].split()) == 24
    assert {network.key for network in names["networks"]} >= {"ETH"}
    assert len(services.evm.sent) == 1
    assert names["tx_id"] in str(services.evm.sent)
    assert re.match(r"0x[0-9a-fA-F]{40} \d", printed)


def test_the_quick_start_needs_nothing_that_the_guide_does_not_name() -> None:
    tree = ast.parse(quick_start())
    made = {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    made |= {
        alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    made |= {node.name for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler) and node.name}
    used = {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    left = used - made - {"print"}
    introduction = GUIDE.read_text(encoding="utf-8").split("## Quick start\n")[1].split("```")[0]
    assert left == {name for name in re.findall(r"`(\w+)`", introduction) if name != "async"}
