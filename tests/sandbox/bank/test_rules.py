"""Account numbers, the calendar, and the ledger's arithmetic."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.core.db import Database
from sandbox.core.errors import InvalidError
from sandbox.core.ledger import FAUCET, LedgerLine, UnbalancedError, balance, balances, post, problems
from sandbox.services.bank.iban import bank_of, check_iban, is_own, issue_iban
from sandbox.services.bank.settlement import closing_days, due_at, is_business_day, next_business_day

COMMERZBANK = "DE89370400440532013000"


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class TestIban:
    @pytest.mark.parametrize(
        "text",
        [COMMERZBANK, "de89 3704 0044 0532 0130 00", "LI21 0881 0000 2324 013A A", "AT611904300234573201"],
    )
    def test_good_ones_are_written_without_spaces(self, text):
        assert check_iban(text) == text.replace(" ", "").upper()

    @pytest.mark.parametrize(
        "text",
        [
            "",
            " ",
            "DE",
            "DE88370400440532013000",
            COMMERZBANK[:-1],
            COMMERZBANK + "0",
            "XX00",
            "0x" + "a" * 40,
            "١" * 22,
        ],
    )
    def test_bad_ones(self, text):
        with pytest.raises(InvalidError):
            check_iban(text)

    def test_outside_the_area(self):
        with pytest.raises(InvalidError, match="SEPA"):
            check_iban("BR1800360305000010009795493C1")

    @given(st.integers(1, 10**10 - 1))
    def test_given_out_ones_are_right_and_ours(self, number):
        iban = issue_iban(number)
        assert check_iban(iban) == iban
        assert is_own(iban)
        assert int(iban[12:]) == number
        assert bank_of(iban).bic == "ETOSDEM0XXX"

    def test_one_wrong_digit_is_always_noticed(self):
        iban = issue_iban(1001)
        for place in range(2, len(iban)):
            wrong = iban[:place] + str((int(iban[place]) + 1) % 10) + iban[place + 1 :]
            with pytest.raises(InvalidError):
                check_iban(wrong)

    def test_other_banks_are_known_by_name(self):
        assert not is_own(COMMERZBANK)
        assert bank_of(COMMERZBANK).name == "Commerzbank"
        assert bank_of(COMMERZBANK).bic == "COBADEFFXXX"


class TestCalendar:
    @pytest.mark.parametrize(
        ("year", "friday", "monday"),
        [
            (2025, date(2025, 4, 18), date(2025, 4, 21)),
            (2026, date(2026, 4, 3), date(2026, 4, 6)),
            (2038, date(2038, 4, 23), date(2038, 4, 26)),
        ],
    )
    def test_six_closing_days_in_a_year(self, year, friday, monday):
        fixed = {date(year, 1, 1), date(year, 5, 1), date(year, 12, 25), date(year, 12, 26)}
        assert closing_days(year) == fixed | {friday, monday}

    def test_days_that_are_holidays_only_somewhere_are_open(self):
        assert is_business_day(date(2025, 10, 3))
        assert is_business_day(date(2025, 12, 24))
        assert not is_business_day(date(2025, 10, 4))

    @pytest.mark.parametrize(
        ("ordered", "due"),
        [
            ("2026-03-02T10:00", "2026-03-03T07:00"),
            ("2026-03-02T15:00", "2026-03-03T07:00"),
            ("2026-03-02T15:01", "2026-03-04T07:00"),
            ("2026-03-06T10:00", "2026-03-09T07:00"),
            ("2026-03-06T16:00", "2026-03-10T07:00"),
            ("2026-03-07T10:00", "2026-03-10T07:00"),
            ("2026-04-02T10:00", "2026-04-07T07:00"),
            ("2026-04-02T16:00", "2026-04-08T07:00"),
            ("2026-12-24T10:00", "2026-12-28T07:00"),
        ],
    )
    def test_ordinary_transfers_take_a_business_day(self, ordered, due):
        assert due_at(at(ordered), instant=False) == at(due)

    def test_instant_ones_know_no_holidays(self):
        assert due_at(at("2026-12-25T23:59:55"), instant=True) == at("2026-12-26T00:00:05")

    @given(st.dates(date(2000, 1, 1), date(2099, 12, 1)))
    def test_the_next_day_is_open_and_at_most_five_days_off(self, day):
        found = next_business_day(day)
        assert is_business_day(found)
        assert 1 <= (found - day).days <= 5


@pytest.fixture
def db(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    database.create()
    yield database
    database.close()


NOW = datetime(2026, 3, 1, tzinfo=UTC)


class TestLedger:
    def test_postings_sum_to_nothing(self, db):
        with db.write() as session:
            post(session, NOW, "in", {FAUCET: Decimal("-10.50"), "a": Decimal("10.50")})
            post(session, NOW, "on", {"a": Decimal("-0.50"), "b": Decimal("0.50")})
        with db.read() as session:
            assert balance(session, "a") == 10
            assert balances(session) == {FAUCET: Decimal("-10.5"), "a": 10, "b": Decimal("0.5")}
            assert problems(session) == []

    def test_others_are_refused_and_leave_nothing(self, db):
        with db.write() as session, pytest.raises(UnbalancedError):
            post(session, NOW, "odd", {FAUCET: Decimal("-1"), "a": Decimal("1.01")})
        with db.write() as session, pytest.raises(ValueError, match="whole number of cents"):
            post(session, NOW, "small", {FAUCET: Decimal("-0.001"), "a": Decimal("0.001")})
        with db.read() as session:
            assert balances(session) == {}

    def test_the_check_finds_a_lost_line_and_an_overdrawn_account(self, db):
        with db.write() as session:
            post(session, NOW, "out", {"a": Decimal(-1), "b": Decimal(1)})
            session.add(LedgerLine(posting="p", at=NOW, account="b", cents=5, text=""))
        with db.read() as session:
            assert problems(session) == ["Posting p is off by 5 cents.", "Account a holds -1.00 EUR."]
