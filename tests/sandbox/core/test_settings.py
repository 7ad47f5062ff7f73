"""Settings from the environment."""

from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

from sandbox.core.settings import Settings


def test_environment(monkeypatch):
    monkeypatch.setenv("ETOPAY_SANDBOX_APP_NAMES", "standalone, other")
    monkeypatch.setenv("ETOPAY_SANDBOX_FEE_RATE", "0.19")
    monkeypatch.setenv("ETOPAY_SANDBOX_PUBLIC_URL", "http://localhost:7071/")
    settings = Settings()
    assert settings.app_names == ("standalone", "other")
    assert settings.fee_rate == Decimal("0.19")
    assert settings.issuer == "http://localhost:7071/realms/etopay"


def test_password_is_not_shown():
    assert "hidden-password" not in repr(Settings(admin_password="hidden-password"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"public_url": "ftp://x"},
        {"public_url": "127.0.0.1:80"},
        {"realm": "../x"},
        {"token_algorithm": "none"},
        {"fee_rate": "1"},
        {"code_seconds": 600},
    ],
)
def test_refused(wrong):
    with pytest.raises(ValidationError):
        Settings(**wrong)


async def test_second_app_name_is_accepted(make_sandbox):
    sandbox = make_sandbox(app_names=("standalone", "other"))
    headers = await sandbox.user("dora")
    for name, status in (("standalone", 200), ("other", 200), ("Standalone", 401)):
        answer = await sandbox.http.get("/api/user/network", headers={**headers, "x-app-name": name})
        assert answer.status_code == status


def test_every_setting_is_in_the_docs():
    text = (Path(__file__).parents[3] / "docs" / "sandbox.md").read_text(encoding="utf-8")
    missing = [name for name in Settings.model_fields if f"`{name.upper()}`" not in text]
    assert missing == []
