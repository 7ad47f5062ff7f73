"""Ports, brands and data folders: what is found again, and what is refused in one sentence."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli import places, ports
from cli.lock import only_one
from cli.problems import CliError, Exit


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind((ports.LOOPBACK, 0))
        holder.listen()
        yield holder.getsockname()[1]


def test_a_taken_port_is_seen(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UV_RUN_RECURSION_DEPTH", raising=False)
    assert not ports.is_free(taken)
    assert ports.free_port(taken) != taken
    with pytest.raises(CliError, match=f"Port {taken}, which the app needs, is taken") as caught:
        ports.require_free(taken, "the app", "etopay demo --port 0")
    assert caught.value.code == Exit.MACHINE
    assert caught.value.lines()[1] == "  Fix it with: etopay demo --port 0"


@pytest.mark.parametrize("number", [-1, 0, 65536])
def test_a_number_that_is_no_port(number: int) -> None:
    with pytest.raises(CliError, match="is not a port number"):
        ports.require_free(number, "the app", "etopay demo")


def test_a_free_port_keeps_its_number() -> None:
    port = ports.free_port()
    assert ports.require_free(port, "x", "y") == port
    assert ports.free_port(port) == port
    assert ports.free_port(port, avoid=frozenset({port})) != port


def test_the_second_start_finds_the_ports_of_the_first(tmp_path: Path) -> None:
    first = places.open_places(tmp_path / "data", app_port=None)
    assert first.sandbox_port != first.app_port
    assert places.open_places(tmp_path / "data") == first


def test_a_chosen_port_stays_chosen(tmp_path: Path) -> None:
    port = ports.free_port()
    assert places.open_places(tmp_path, app_port=port).app_port == port
    assert places.open_places(tmp_path).app_port == port


def test_the_sandbox_does_not_move_silently(tmp_path: Path) -> None:
    first = places.open_places(tmp_path)
    with socket.socket() as holder:
        holder.bind((ports.LOOPBACK, first.sandbox_port))
        holder.listen()
        with pytest.raises(CliError, match=f"Port {first.sandbox_port}, which the sandbox"):
            places.open_places(tmp_path)


def test_a_damaged_port_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "ports.json").write_text("[", encoding="utf-8")
    with pytest.raises(CliError, match=r"ports\.json is damaged"):
        places.open_places(tmp_path)


def test_the_data_folder_belongs_to_its_owner(tmp_path: Path) -> None:
    made = places.data_folder(tmp_path / "deep" / "data")
    assert made.stat().st_mode & 0o077 == 0
    assert list(made.iterdir()) == []


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(CliError, match=r"file/data cannot be written: .+ Choose another with --data DIR"):
        places.data_folder(tmp_path / "file" / "data")


def test_each_brand_keeps_its_own_accounts(tmp_path: Path) -> None:
    opened = places.open_places(tmp_path)
    assert opened.app_data("etopay") != opened.app_data("juno")


def test_an_unknown_brand_is_answered_with_the_known_ones() -> None:
    with pytest.raises(CliError, match=r"no brand “nobody” here; known brands: etopay, juno"):
        places.require_brand("nobody")
    assert places.require_brand("etopay") == "etopay"


def test_one_demo_per_data_folder(tmp_path: Path) -> None:
    with only_one(tmp_path), pytest.raises(CliError, match="already runs on"), only_one(tmp_path):
        pass
    with only_one(tmp_path):
        pass
