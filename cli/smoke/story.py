"""The first user's story: each verb does what a person would do and waits for what they would see."""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import httpx

from cli import control
from cli.smoke import identity_page
from cli.smoke.flet_page import FletPage
from cli.stack import Stack

PIN = "739154"
NETWORK = "iota_rebased_testnet"
FUNDS = "25"
COIN_DECIMALS = 9
SENT = "7.5"
# Starting the page, making a wallet and unlocking one take seconds of pure computing.
SLOW = 90_000
PHRASE_WORDS = 24


@dataclass(slots=True)
class Story:
    """One user with an app and services of their own."""

    stack: Stack
    page: FletPage
    username: str = field(default_factory=lambda: f"mara-{secrets.token_hex(3)}")
    name: str = "Mara Lindt"
    # Made anew for each story: nothing that opens anything stands in the code.
    account_password: str = field(default_factory=lambda: f"Sign-in {secrets.token_hex(4)}")
    wallet_password: str = field(default_factory=lambda: f"Harbour lantern {secrets.token_hex(4)} meadow")
    phrase: tuple[str, ...] = ()
    transaction: str = ""

    def open(self) -> None:
        """Start what does not run yet and open the app's link."""
        self.start_missing()
        self.stack.take_new_link()
        if self.stack.app_url is None:
            raise AssertionError("The app serves no page.")
        self.page.open(self.stack.app_url)

    def start_missing(self) -> None:
        """Start what does not run."""
        if self.stack.sandbox is None:
            self.stack.start_sandbox()
        if self.stack.app is None:
            self.stack.start_app()

    def welcome(self) -> None:
        """See the brand's welcome."""
        self.open()
        self.page.see_id("welcome-create", timeout=SLOW)

    def terms(self) -> None:
        """Ask for an account; the terms come first."""
        self.page.tap("welcome-create")
        self.page.see_id("terms-accept")

    def sign_up(self) -> None:
        """Accept the terms."""
        self.page.tap("terms-accept")
        self.page.see_id("sign-in-start")

    def sign_up_page(self) -> None:
        """Go to the provider's page and fill it in."""
        self.page.tap("sign-in-start")
        tab = identity_page.opened_from(self.page)
        identity_page.register(tab, username=self.username, name=self.name, password=self.account_password)

    def choose_pin(self) -> None:
        """Send the form; back in the app, a PIN is asked for."""
        identity_page.submit(identity_page.opened_from(self.page), self.page)
        self.page.see_id("pin-choose", timeout=SLOW)

    def repeat_pin(self) -> None:
        """Type a PIN; it is asked for again."""
        self.enter_pin()
        self.page.see_id("pin-repeat")

    def choose_password(self) -> None:
        """Type the PIN again, and then a wallet password."""
        self.enter_pin()
        self.page.see_id("password")
        self.page.type("password", self.wallet_password)
        self.page.see_enabled("password-continue")

    def offer_wallet(self) -> None:
        """The service proves that there is no wallet yet, and one may be created."""
        self.page.tap("password-continue")
        self.page.see_id("wallet-create", timeout=SLOW)

    def create_wallet(self) -> None:
        """Create the wallet; its phrase is hidden at first."""
        self.page.tap("wallet-create")
        self.page.see_id("phrase-reveal", timeout=SLOW)

    def read_phrase(self) -> None:
        """Look at the words and write them down."""
        self.page.tap("phrase-reveal")
        cell = re.compile(r"^\d+ ([a-z]+)$")
        self.page.see_label_like("phrase-cell-1", cell, timeout=SLOW)
        labels = [self.page.spoken(f"phrase-cell-{number}") for number in range(1, PHRASE_WORDS + 1)]
        found = [cell.match(label) for label in labels]
        self.phrase = tuple(match.group(1) for match in found if match)
        if len(self.phrase) != PHRASE_WORDS:
            raise AssertionError(f"The phrase shows {len(self.phrase)} of {PHRASE_WORDS} words.")

    def start_check(self) -> None:
        """Say that they are written down; three are asked back."""
        self.page.tap("phrase-written")
        self.page.see_id("phrase-check", timeout=SLOW)

    def asked_words(self) -> list[int]:
        """Which words are asked back."""
        return [n for n in range(1, PHRASE_WORDS + 1) if self.page.shows(f"phrase-word-{n}")]

    def type_words(self, *, wrong: int | None = None) -> None:
        """Type the words that are asked back, one of them wrong if wanted."""
        for number in self.asked_words():
            word = self.phrase[number - 1]
            if number == wrong:
                word = "abandon" if word != "abandon" else "zoo"
            self.page.type(f"phrase-word-{number}", word)

    def home(self) -> None:
        """Type the words; the wallet opens."""
        self.type_words()
        self.page.tap("phrase-check")
        self.see_home()

    def see_home(self) -> None:
        """Home, with or without money."""
        self.page.see_id("home-lock", timeout=SLOW)

    def receive(self) -> None:
        """Show the address on the test network."""
        self.page.tap("state-action")
        self.page.tap("receive-network")
        self.page.tap(f"receive-network-{NETWORK}")
        self.page.see_id("receive-address")
        self.page.see("Watching for a payment")

    def received(self) -> None:
        """Coins arrive from the faucet while the screen is open."""
        self.fund()
        self.page.see(f"{FUNDS} IOTA received", timeout=SLOW)

    def funded(self) -> None:
        """Home shows them."""
        self.go_home()
        self.see_balance(FUNDS)

    def send_form(self) -> None:
        """Fill in a payment to another user."""
        self.start_payment(self.address_of("bob"), SENT)

    def review(self) -> None:
        """Look at the payment as it was built."""
        self.page.tap("send-review")
        self.page.see_id("send-confirm", timeout=SLOW)

    def confirm(self) -> None:
        """Go on; the PIN is asked for."""
        self.page.tap("send-confirm")
        self.page.see_id("send-pin")

    def sent(self) -> None:
        """Type the PIN and wait until the chain has it."""
        self.enter_pin()
        self.page.see("Sent to", timeout=SLOW)

    def activity(self) -> None:
        """Both payments are in the list."""
        self.page.tap("send-done")
        self.see_home()
        self.page.tap("nav-activity")
        self.page.see(f"{SENT} IOTA", timeout=SLOW)

    def details(self) -> None:
        """Open the details of the payment."""
        self.page.tap(self.page.page.locator('[flt-semantics-identifier^="activity-row-"]').first)
        self.page.see("Network fee")

    def restart(self) -> None:
        """End the app and start it again: it asks for the PIN of the same user."""
        self.stack.stop_app()
        self.open()
        self.page.see_id("unlock-pin", timeout=SLOW)

    def unlock(self) -> None:
        """Unlock; the same wallet with the same balance."""
        self.enter_pin()
        self.see_home()

    def enter_pin(self, pin: str = PIN) -> None:
        """Tap a PIN on the keypad."""
        for digit in pin:
            self.page.tap(f"pin-{digit}")

    def start_payment(self, recipient: str, amount: str, network: str = NETWORK) -> None:
        """Fill in the send form."""
        self.page.tap("home-send")
        self.page.tap("send-network")
        self.page.tap(f"send-network-{network}")
        self.page.type("send-recipient", recipient)
        self.page.type("send-amount", amount)

    def go_home(self) -> None:
        """Back to the start of the main part."""
        self.page.page.go_back()
        self.see_home()

    def see_balance(self, amount: str) -> None:
        """Home shows this amount on the test network."""
        self.page.see_within(f"position-{NETWORK}", amount, timeout=SLOW)

    def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Ask the sandbox's control room."""
        return control.call(self.stack.base, method, path, body)

    def address_of(self, username: str, network: str = NETWORK) -> str:
        """The address that the backend knows for a user; a new wallet registers it when it is first read."""
        deadline = time.monotonic() + SLOW / 1000
        while time.monotonic() < deadline:
            for user in self.control("GET", "users")["users"]:
                if user["username"] == username and network in user["addresses"]:
                    return str(user["addresses"][network])
            time.sleep(0.2)
        raise AssertionError(f"{username} has no address on {network}.")

    def fund(self, amount: str = FUNDS, network: str = NETWORK) -> str:
        """Coins from the faucet, by a real transaction."""
        address = self.address_of(self.username, network)
        body = {"address": address, "network_key": network, "amount": amount}
        return str(self.control("POST", "faucet", body)["tx_id"])

    def chain_balance(self, username: str, network: str = NETWORK) -> Decimal:
        """What the chain holds for a user, read from its node and not through the app."""
        call = {"jsonrpc": "2.0", "id": 1, "method": "iotax_getBalance"}
        params = [self.address_of(username, network)]
        answer = httpx.post(
            f"{self.stack.base}/nodes/{network}", json={**call, "params": params}, trust_env=False
        )
        return Decimal(answer.json()["result"]["totalBalance"]).scaleb(-COIN_DECIMALS)


STEPS = (
    ("welcome", Story.welcome),
    ("terms", Story.terms),
    ("sign up", Story.sign_up),
    ("sign-up page", Story.sign_up_page),
    ("choose PIN", Story.choose_pin),
    ("repeat PIN", Story.repeat_pin),
    ("wallet password", Story.choose_password),
    ("wallet choice", Story.offer_wallet),
    ("phrase hidden", Story.create_wallet),
    ("phrase", Story.read_phrase),
    ("phrase check", Story.start_check),
    ("home", Story.home),
    ("receive", Story.receive),
    ("received", Story.received),
    ("home with coins", Story.funded),
    ("send", Story.send_form),
    ("review", Story.review),
    ("confirm", Story.confirm),
    ("sent", Story.sent),
    ("activity", Story.activity),
    ("details", Story.details),
    ("lock screen", Story.restart),
    ("unlocked", Story.unlock),
)
