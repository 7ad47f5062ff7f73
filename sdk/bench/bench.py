"""Compares the SDK's operations in Rust with the same ones through Python.

Run it in an environment that has `etopay-sdk` and the test group: ``python sdk/bench/bench.py``.
Three sides take turns in every round, on one machine, with one local node: the crate alone, the
binding's Rust code without Python, and Python. What Python costs is the third against the second;
what the vault and the journal cost, the second against the first.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

os.environ["NO_PROXY"] = "127.0.0.1"
HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))

from etopay_sdk import SDK_VERSION, Config, Sdk  # noqa: E402 - the proxy setting comes first
from etopay_sdk._wire import networks as read_networks  # noqa: E402

PIN, PASSWORD, BACKUP_PASSWORD = "493817", "correcthorsebatterystaple", "a rather good backup password"
PHRASE = "test test test test test test test test test test test junk"
RECEIVER, AMOUNT = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8", "0.001"
# Calls per round.
OPERATIONS = {
    "noop": 2000,
    "verify_pin": 500,
    "create_wallet": 20,
    "address": 100,
    "balance": 100,
    "send": 10,
    "backup": 3,
}
SIDES = ("crate", "binding", "python")


def build() -> Path:
    """Build the Rust side with the profile of the package."""
    protoc = Path(sys.executable).with_name("protoc")
    env = {**os.environ, "PYO3_PYTHON": sys.executable}
    if protoc.exists():
        env.setdefault("PROTOC", str(protoc))
    subprocess.run(
        ["cargo", "build", "--release", "--locked", "--manifest-path", HERE / "Cargo.toml"],
        env=env,
        check=True,
    )
    target = Path(os.environ.get("CARGO_TARGET_DIR") or HERE / "target")
    return target / "release" / "etopay-sdk-bench"


class RustSide:
    """The program that makes the operations in Rust."""

    def __init__(self, program: Path, networks: str, folder: Path) -> None:
        library = sysconfig.get_config_var("LIBDIR") or ""
        # The binding's code refers to Python even where it does not use it.
        env = {**os.environ, "LD_LIBRARY_PATH": library, "DYLD_LIBRARY_PATH": library}
        self.process = subprocess.Popen(
            [program, networks, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env
        )
        self._answer("READY")

    def _answer(self, word: str) -> str:
        assert self.process.stdout is not None
        # In between, the crate prints the amounts it sends.
        for line in self.process.stdout:
            if line.startswith(word):
                return line.removeprefix(word)
        raise SystemExit("The Rust side has ended.")

    def make(self, side: str, operation: str, count: int) -> list[float]:
        """Microseconds of each call."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{side} {operation} {count}\n")
        self.process.stdin.flush()
        return list(json.loads(self._answer("RESULT")))


@dataclass
class Row:
    """The rounds of one operation: microseconds of each side in each."""

    name: str
    rounds: dict[str, list[float]] = field(default_factory=lambda: {side: [] for side in SIDES})

    def median(self, side: str) -> float:
        """Median over the rounds."""
        return statistics.median(self.rounds[side])

    @property
    def ratios(self) -> list[float]:
        """Python against the binding in Rust, in each round, smallest first."""
        return sorted(p / b for p, b in zip(self.rounds["python"], self.rounds["binding"], strict=True))

    def line(self) -> str:
        """One line of the table."""
        cells = "".join(f"{self.median(side):>12,.0f}" for side in SIDES)
        low, high = self.ratios[0], self.ratios[-1]
        added = self.median("python") - self.median("binding")
        ratio = statistics.median(self.ratios)
        return f"{self.name:<14}{cells}{ratio:>9.3f}   {low:.3f}–{high:.3f}{added:>12,.0f}"


async def python_side(sdk: Sdk) -> dict[str, Callable[[], Awaitable[Any]]]:
    """The operations through Python."""
    return {
        "noop": sdk.is_wallet_password_set,
        "verify_pin": lambda: sdk.verify_pin(PIN),
        "create_wallet": lambda: sdk.create_wallet_from_existing_mnemonic(PIN, PHRASE, replace=True),
        "address": lambda: sdk.generate_new_address(PIN),
        "balance": lambda: sdk.get_balance(PIN),
        "send": lambda: sdk.send_amount(PIN, RECEIVER, AMOUNT),
        "backup": lambda: sdk.create_wallet_backup(PIN, BACKUP_PASSWORD),
    }


def quick(times: list[float]) -> float:
    """The fastest tenth ends here: other work of the machine makes calls slower, never faster."""
    return sorted(times)[len(times) // 10]


async def timed(call: Callable[[], Awaitable[Any]], count: int) -> list[float]:
    """Microseconds of each call."""
    times = []
    for _ in range(count):
        began = time.perf_counter()
        await call()
        times.append((time.perf_counter() - began) * 1e6)
    return times


async def compare(sdk: Sdk, rust: RustSide, rounds: int, only: list[str]) -> list[Row]:
    """All operations, the sides in turn, another one first in every round."""
    calls = await python_side(sdk)
    rows = []
    for name in only:
        row, count = Row(name), OPERATIONS[name]
        # One round before that, to warm up.
        for number in range(rounds + 1):
            for place in range(len(SIDES)):
                side = SIDES[(number + place) % len(SIDES)]
                if side == "python":
                    times = await timed(calls[name], count)
                else:
                    times = rust.make(side, name, count)
                if number:
                    row.rounds[side].append(quick(times))
        rows.append(row)
        say(row.line())
    return rows


async def together(sdk: Sdk, at_once: int, total: int) -> dict[str, float]:
    """Reads at the same time: how many came back, how fast, and the longest the loop was held up."""
    longest = 0.0
    over = False

    async def watch() -> None:
        nonlocal longest
        while not over:
            began = time.perf_counter()
            await asyncio.sleep(0.001)
            longest = max(longest, time.perf_counter() - began - 0.001)

    expected = await sdk.get_balance(PIN)
    watching = asyncio.create_task(watch())
    good, began = 0, time.perf_counter()
    for _ in range(total // at_once):
        found = await asyncio.gather(*(sdk.get_balance(PIN) for _ in range(at_once)))
        good += found.count(expected)
    seconds = time.perf_counter() - began
    over = True
    await watching
    lost = total // at_once * at_once - good
    return {
        "at_once": at_once,
        "reads": good,
        "lost": lost,
        "per_s": good / seconds,
        "held_ms": longest * 1000,
    }


def resident() -> float:
    """Resident memory in MiB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


async def memory(sdk: Sdk, calls: int) -> list[float]:
    """Resident memory after every tenth of the calls: no-ops, PIN checks, addresses and balances."""
    made = [
        *[sdk.is_wallet_password_set] * 60,
        *[lambda: sdk.verify_pin(PIN)] * 30,
        *[lambda: sdk.generate_new_address(PIN)] * 8,
        *[lambda: sdk.get_balance(PIN)] * 2,
    ]
    sizes = []
    for number in range(calls):
        await made[number % len(made)]()
        if (number + 1) % (calls // 10) == 0:
            sizes.append(resident())
    return sizes


OUT = os.fdopen(os.dup(1), "w", encoding="utf-8")


def say(line: str) -> None:
    """Print; standard output itself is the crate's, which prints amounts."""
    OUT.write(line + "\n")
    OUT.flush()


def start_node() -> tuple[subprocess.Popen[str], str]:
    """A node in a process of its own, and the networks it serves."""
    node = subprocess.Popen(
        [sys.executable, HERE / "node.py"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert node.stdout is not None
    return node, node.stdout.readline()


async def run(program: Path, options: argparse.Namespace, networks: str) -> dict[str, Any]:
    """The whole benchmark."""
    with tempfile.TemporaryDirectory() as folder:
        rust = RustSide(program, networks, Path(folder))
        async with Sdk(Config("http://127.0.0.1:9/api", "standalone", Path(folder) / "python")) as sdk:
            await sdk.create_new_user("alice")
            await sdk.init_user("alice")
            await sdk.set_wallet_password(PIN, PASSWORD)
            await sdk.set_networks(read_networks(networks))
            await sdk.set_network("ETH")
            await sdk.create_wallet_from_existing_mnemonic(PIN, PHRASE)
            say(
                f"{'microseconds':<14}{'crate':>12}{'binding':>12}{'Python':>12}    ratio   spread      added"
            )
            rows = await compare(sdk, rust, options.rounds, options.only or list(OPERATIONS))
            at_once = (1, 10, 100) if options.reads else ()
            reads = [await together(sdk, number, options.reads) for number in at_once]
            for read in reads:
                say(
                    f"{read['at_once']:>3} reads at once: {read['reads']} answered, {read['lost']} lost, "
                    f"{read['per_s']:,.0f} a second, loop held up {read['held_ms']:.1f} ms at most"
                )
            sizes = await memory(sdk, options.calls) if options.calls else []
            if sizes:
                shown = " ".join(f"{size:.1f}" for size in sizes)
                say(f"MiB after each tenth of {options.calls:,} calls: {shown}")
        rust.process.kill()
    table = {
        row.name: {
            **{f"{side}_us": round(row.median(side), 1) for side in SIDES},
            "ratio": round(statistics.median(row.ratios), 4),
            "ratio_low": round(row.ratios[0], 4),
            "ratio_high": round(row.ratios[-1], 4),
        }
        for row in rows
    }
    return {"operations": table, "reads": reads, "memory_mib": sizes}


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="rounds of each operation")
    parser.add_argument("--reads", type=int, default=2000, help="reads for each number at once, 0 for none")
    parser.add_argument("--calls", type=int, default=100_000, help="calls of the memory test, 0 for none")
    parser.add_argument("--only", nargs="*", choices=list(OPERATIONS), help="only these operations")
    parser.add_argument("--program", type=Path, help="the built Rust side; without it, cargo builds it")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    options = parser.parse_args()
    program = options.program or build()
    # What the crate prints goes where nobody reads it.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    place = f"{machine}, Python {platform.python_version()}"
    say(f"etopay-sdk {SDK_VERSION}, {place}, {time.strftime('%Y-%m-%d %H:%M')}")
    node, networks = start_node()
    try:
        figures = asyncio.run(run(program, options, networks))
    finally:
        node.kill()
    if options.json:
        options.json.write_text(json.dumps({"place": place, **figures}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
