"""Personal data in an answer of the backend is left out; what explains it stays."""

from __future__ import annotations

import pytest

from tests.sdk.conftest import ReadySdk
from tests.sdk.fake_services import Services
from tests.sdk.test_telling import PURCHASE, refused

SECRETS = [
    # E-mail addresses.
    "max@example.org",
    "Max.Mustermann+x@mail.example.co.uk",
    "<max@example.org>",
    "mailto:max@example.org",
    "max%40example.org",
    "max＠example.org",
    "jürgen@münchen.example",
    "john_doe@example.com",
    "anna,schmidt@example.com",
    '"anna schmidt"@example.com',
    "max@my_host.example",
    # Bank accounts.
    "DE89370400440532013000",
    "DE89 3704 0044 0532 0130 00",
    "de89 3704 0044 0532 0130 00",
    "DE89-3704-0044-0532-0130-00",
    "DE89\u00a03704\u00a00044\u00a00532\u00a00130\u00a000",
    "DE89 370400440532013000",
    "DE89 37040044 0532013000",
    "GB29 NWBK 6016 1331 9268 19",
    "NL91 ABNA 0417 1643 00",
    "FR14 2004 1010 0505 0001 3M02 606",
    "MT84 MALT 0110 0001 2345 MTLC AST0 01S",
    "NO93 8601 1117 947",
    "'DE89 3704 0044 0532 0130 00'",
    "DE89 3704. 0044. 0532. 0130. 00",
    "DE89, 3704, 0044, 0532, 0130, 00",
    "(DE89 3704 0044 0532 0130 00)",
    # Telephones.
    "+49 170 1234567",
    "+491701234567",
    "0170 1234567",
    "0170/1234567",
    "0170-1234567",
    "0170.1234567",
    "01701234567",
    "0170\u20111234567",
    "0170\u200b1234567",
    "(030) 123-4567",
    "+1 (555) 123-4567",
    "(555) 123 4567",
    "555-123-4567",
    "15551234567",
    "612 345 678",
    "tel:0170123456",
    "+٤٩ ١٧٠ ١٢٣٤٥٦٧",
    # Cards.
    "4111 1111 1111 1111",
    "4111-1111-1111-1111",
    "4111, 1111, 1111, 1111",
    "+49;170;1234567",
]

READABLE = [
    "`amount`: Ethereum has 18 decimals.",
    "at most 100 of 2000 allowed, 17 given",
    "0.123456789012345678",
    "1.000000000000000001 is more than 0.5",
    "amount 1234567 is too much",
    "1,000,000.50 EUR",
    "1 000 000 EUR",
    "2,000,000 and 3,000,000",
    "one of 100, 200, 500",
    "-12.5 or 1e18",
    "2026-11-25",
    "25.11.2026 or 11/25/2026",
    "from 2026-11-25 to 2026-12-01",
    "2026-11-25T14:20:00Z",
    "2026-11-25T14:20:00+01:00",
    "2026-11-25 14:20:00",
    "since 1764080400",
    "0xdeadbeef01",
    "0x00000001",
    "de12ab34cd",
    "purchase-17 and order 12-34567",
    "chain 31337, port 8545, account 0/1",
    "127.0.0.1:80",
    "version 0.16.1",
    "5 @ 3",
    "DE or AT only",
    "ISO 3166 code DE89 is unknown",
    "AB12 MUST NOT BE USED HERE",
    "502 Bad Gateway",
    "[1000,20000]",
    "limit=100000",
]

AROUND = [
    ('the value "max@example.org" is not valid', 'the value "…" is not valid'),
    ('`to` is "max@example.org", not `from`', '`to` is "…", not `from`'),
    ('no "anna 4111111111111111"@example.org here', "no … here"),
]


@pytest.mark.parametrize("secret", SECRETS)
async def test_it_is_left_out(ready: ReadySdk, services: Services, secret: str) -> None:
    sdk = await ready()
    problem = {"loc": ["body", "x"], "msg": f"unknown: {secret}, sorry", "input": secret}
    for detail in (f"unknown: {secret}", f"{secret} is unknown.", f"no {secret}. Try again", [problem]):
        services.refusals[PURCHASE] = (422, {"detail": detail})
        answer = (await refused(sdk)).answer
        assert answer is not None
        assert "…" in answer
        letters = [part for part in secret.replace("-", " ").split() if len(part) > 3]
        assert not [part for part in letters if part.strip("()<>'") in answer]
        assert sum(c.isnumeric() for c in answer) <= 4
        assert "unknown" in answer or "Try again" in answer


@pytest.mark.parametrize("text", READABLE)
async def test_what_only_looks_similar_stays(ready: ReadySdk, services: Services, text: str) -> None:
    sdk = await ready()
    services.refusals[PURCHASE] = (422, {"detail": f"not allowed: {text}"})
    assert (await refused(sdk)).answer == f"not allowed: {text}"


@pytest.mark.parametrize(("text", "shown"), AROUND)
async def test_what_stands_around_it_stays(
    ready: ReadySdk, services: Services, text: str, shown: str
) -> None:
    sdk = await ready()
    services.refusals[PURCHASE] = (422, {"detail": text})
    assert (await refused(sdk)).answer == shown


@pytest.mark.parametrize("before", range(2010, 2060, 7))
async def test_a_long_text_is_not_cut_within_an_address(
    ready: ReadySdk, services: Services, before: int
) -> None:
    sdk = await ready()
    values = ("x1" * 20 + " ") * 60
    detail = f"{values[: before - 1]} maximilian@example.org" + " and more" * 200
    services.refusals[PURCHASE] = (422, {"detail": detail})
    answer = (await refused(sdk)).answer
    assert answer is not None
    assert "…" in answer
    assert not [part for part in ("max", "@", "example", "org") if part in answer]
