"""kill −9 at any moment of a wallet's life: nothing readable is on the disk, and nothing is lost."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest
from etopay_sdk import Config, NotFound, PinError, Sdk, WalletNotInitialized, mnemonic_words

from tests.campaigns import kdbx_file, reference
from tests.campaigns.secret_scan import Scanner
from tests.sdk.fake_services import TOKEN, Services
from tests.support.campaign import Campaign

ROOT = Path(__file__).resolve().parents[2]
FREE = ("new wallet", "phrase", "backup")
ANY = (*FREE, "change PIN", "change password", "send", "app data", "restart", "delete wallet", "new device")


@dataclass
class Story:
    """A life: its steps, every secret in it, and what must be true after each step."""

    chance: Random
    steps: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[tuple[str, str]] = field(default_factory=list)
    phrases: list[str | None] = field(default_factory=list)
    """The phrase after each step; `?` is one that the binding makes."""

    def text(self, kind: str) -> str:
        """A new secret of this kind."""
        if kind == "PIN":
            made = str(self.chance.randrange(10**12, 10**13))
        elif kind == "phrase":
            made = reference.phrase_of(self.chance.randbytes(32), mnemonic_words())
        else:
            made = f"{kind} {self.chance.randbytes(16).hex()}"
        self.secrets.append((kind, made))
        return made

    def write(self, length: int) -> None:
        pin, password, phrase = self.text("PIN"), self.text("password"), None
        self._add({"what": "set up", "pin": pin, "password": password}, None)
        for _ in range(length):
            what = self.chance.choice(FREE if phrase is None else ANY)
            step = {"what": what, "pin": pin}
            match what:
                case "new wallet":
                    phrase = "?"
                case "phrase":
                    phrase = step["phrase"] = self.text("phrase")
                case "backup":
                    phrase, step["password"] = self.text("phrase"), self.text("password")
                    file = kdbx_file.build(kdbx_file.document(phrase), step["password"])
                    step["data"] = base64.b64encode(file).decode()
                case "change PIN":
                    step["old"], pin = pin, self.text("PIN")
                    step["pin"] = pin
                case "change password":
                    password = step["password"] = self.text("password")
                case "new device":
                    step["password"] = password
                case "app data":
                    step["data"] = self.text("token")
                case "delete wallet":
                    phrase = None
            self._add(step, phrase)

    def _add(self, step: dict[str, Any], phrase: str | None) -> None:
        self.steps.append(step)
        self.phrases.append(phrase)


class Killed:
    """Runs a story until it is killed, some time after one of its steps has begun."""

    def __init__(self, story: Story, services: Services, folder: Path, step: int, delay: float) -> None:
        command = [sys.executable, "-m", "tests.campaigns.life_child", services.url, str(folder)]
        self.story = story
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(story.steps) + "\n")
        self.process.stdin.flush()
        self.done = -1
        """Number of the last step that was reported as done."""
        guard = threading.Timer(60, self.process.kill)
        guard.start()
        self._read_until(f"begin {step}")
        time.sleep(delay)
        self.process.kill()
        self._read_until(None)
        self.process.wait()
        guard.cancel()

    def _read_until(self, wanted: str | None) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            word, _, rest = line.strip().partition(" ")
            if word == "end":
                number, _, phrase = rest.partition(" ")
                self.done = int(number)
                if phrase:
                    self._made(phrase)
            if line.strip() == wanted:
                return
        assert wanted is None, f"the life ended before step {wanted}"

    def _made(self, phrase: str) -> None:
        self.story.secrets.append(("phrase", phrase))
        self.story.phrases[self.done] = phrase
        for number in range(self.done + 1, len(self.story.steps)):
            if self.story.phrases[number] != "?" or self.story.steps[number]["what"] == "new wallet":
                break
            self.story.phrases[number] = phrase


async def open_again(killed: Killed, services: Services, folder: Path) -> str | None:
    """What the device knows after the kill: the phrase, or None where there is no wallet."""
    steps, done = killed.story.steps, killed.done
    pins = [step["pin"] for step in steps[max(done, 0) : done + 2]]
    async with Sdk(Config(f"{services.url}/api", "standalone", folder, read_timeout=10)) as sdk:
        try:
            await sdk.init_user("alice")
        except NotFound:
            return None
        if not (await sdk.get_user()).password_set:
            # Only a user without a vault has nothing to unlock.
            return None
        for pin in pins:
            try:
                await sdk.unlock(pin)
            except PinError:
                continue
            try:
                return await sdk.get_mnemonic(pin)
            except WalletNotInitialized:
                return None
    raise AssertionError("no PIN opens the vault")


@pytest.mark.campaign("kills")
async def test_killed_at_any_moment(campaign: Campaign, services: Services, tmp_path: Path) -> None:
    chance = campaign.chance
    for number in campaign.each():
        story = Story(chance)
        story.write(chance.randrange(1, 9))
        services.shares = None
        folder = tmp_path / str(number)
        step = chance.randrange(len(story.steps))
        killed = Killed(story, services, folder, step, chance.choice((0.0, 0.002, 0.005, 0.02, 0.06)))
        campaign.figures[f"in “{story.steps[step]['what']}”"] += 1

        scanner = Scanner()
        for kind, secret in story.secrets:
            scanner.add_phrase(secret) if kind == "phrase" else scanner.add(kind, secret)
        scanner.add("access token", TOKEN)
        for name, share in (services.shares or {}).items():
            scanner.add_share(name, share)
        assert scanner.hits(folder) == [], f"run {number}"

        found = await open_again(killed, services, folder)
        running = killed.done + 1
        allowed = {story.phrases[at] for at in (killed.done, running) if 0 <= at < len(story.steps)}
        if killed.done < 0:
            allowed.add(None)
        if running < len(story.steps) and story.steps[running]["what"] == "new device":
            # Between the two devices the wallet is at the server only.
            allowed.add(None)
            assert services.shares is not None
        if found is None:
            assert None in allowed, f"run {number}: the wallet of step {killed.done} is gone"
        else:
            assert found in allowed or "?" in allowed, f"run {number}: another phrase than any expected"
            scanner.add_phrase(found)
        assert scanner.hits(folder) == [], f"run {number}, after opening"
        campaign.figures["files scanned"] += scanner.files
        shutil.rmtree(folder)


@pytest.mark.parametrize("spelling", ["raw", "hex", "HEX", "base64", "base64 + 1", "base64 + 2", "UTF-16"])
def test_the_scanner_finds_what_is_there(tmp_path: Path, spelling: str) -> None:
    chance = Random(1)
    story = Story(chance)
    phrase, share = story.text("phrase"), "ME-RS-1-" + base64.b64encode(chance.randbytes(60)).decode()
    scanner = Scanner()
    scanner.add_phrase(phrase)
    scanner.add_share("share", share)
    (tmp_path / "innocent").write_bytes(chance.randbytes(100_000))
    assert scanner.hits(tmp_path) == []
    words, inner = " ".join(phrase.split()[7:11]).encode(), base64.b64decode(share[8:])
    for secret in (phrase.encode(), words, inner):
        forms = {
            "raw": secret,
            "hex": secret.hex().encode(),
            "HEX": secret.hex().upper().encode(),
            "base64": base64.b64encode(secret),
            "base64 + 1": base64.b64encode(b"a" + secret + b"bc"),
            "base64 + 2": base64.b64encode(b"ab" + secret + b"c"),
            "UTF-16": secret.decode("latin-1").encode("utf-16"),
        }
        if spelling == "UTF-16" and secret is inner:
            continue
        planted = tmp_path / "deep" / "file.new"
        planted.parent.mkdir(exist_ok=True)
        planted.write_bytes(chance.randbytes(1000) + forms[spelling] + chance.randbytes(1000))
        assert scanner.hits(tmp_path), (spelling, secret)
