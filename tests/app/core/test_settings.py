"""Where a setting comes from, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.brand import BrandError
from app.core.settings import (
    GatewayKind,
    Settings,
    SettingsError,
    View,
    brand_of,
    default_data_dir,
    load_settings,
)


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"ETOPAY_{name.upper()}", raising=False)
    monkeypatch.delenv("ETOPAY_SETTINGS", raising=False)
    monkeypatch.setenv("ETOPAY_DATA_DIR", str(tmp_path / "data"))


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_without_anything_the_brand_decides() -> None:
    settings = load_settings()
    service = brand_of(settings).service
    assert (settings.backend_url, settings.idp_url) == (service.backend_url, service.idp_url)
    assert (settings.client_id, settings.auth_provider) == (service.client_id, service.auth_provider)
    assert settings.view is View.AUTO
    assert settings.gateway is GatewayKind.ETOPAY


def test_first_wins_arguments_environment_file_brand(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    write(tmp_path / "data" / "settings.toml", 'port = 1\nclient_id = "file"\nlanguage = "de"\n')
    monkeypatch.setenv("ETOPAY_PORT", "2")
    monkeypatch.setenv("ETOPAY_CLIENT_ID", "environment")
    settings = load_settings(port=3, view=None)
    assert (settings.port, settings.client_id, settings.language) == (3, "environment", "de")
    assert settings.auth_provider == brand_of(settings).service.auth_provider


def test_the_file_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    write(tmp_path / "other.toml", 'backend_url = "https://pay.example/api"\n')
    monkeypatch.setenv("ETOPAY_SETTINGS", str(tmp_path / "other.toml"))
    assert load_settings().backend_url == "https://pay.example/api"
    monkeypatch.setenv("ETOPAY_SETTINGS", str(tmp_path / "missing.toml"))
    with pytest.raises(SettingsError, match=r"missing\.toml, and there is no such file"):
        load_settings()


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    write(tmp_path / "data" / "settings.toml", "port = \n")
    with pytest.raises(SettingsError, match=r"settings\.toml cannot be read: .*line 1"):
        load_settings()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("port = 70000", "port = 70000"),
        ('view = "window"', "view = 'window'"),
        ('backend_url = "pay.example"', "backend_url"),
        ("auto_lock_minutes = 60", "auto_lock_minutes"),
        ("colour = 1", "colour is not a setting"),
    ],
)
def test_a_wrong_value_is_named(tmp_path: Path, text: str, said: str) -> None:
    write(tmp_path / "data" / "settings.toml", text)
    with pytest.raises(SettingsError, match=said):
        load_settings()


def test_an_unknown_brand_is_said() -> None:
    with pytest.raises(BrandError, match="no brand 'nobody'"):
        load_settings(brand="nobody")


def test_each_brand_has_its_own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ETOPAY_DATA_DIR")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert load_settings(brand="juno").data_dir == default_data_dir("juno") != default_data_dir("etopay")
    monkeypatch.setenv("FLET_APP_STORAGE_DATA", str(tmp_path / "phone"))
    assert load_settings().data_dir == tmp_path / "phone" / "etopay"
