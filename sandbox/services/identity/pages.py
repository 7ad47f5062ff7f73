"""The pages people see: texts in their language, the brand's name, no scripts."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

_HERE = Path(__file__).parent
LANGUAGES = ("en", "de")
NO_BRAND = "Sandbox"
"""What stands for a brand where nobody said which one."""
_BRAND_TEXT = re.compile(r"[\w .&'’-]{1,40}")
_BRANDS = {"etopay": "ETOPay", "juno": "Juno"}
_HOST_SOURCE = re.compile(r"[a-z][a-z0-9+.-]*:(//[A-Za-z0-9.\[\]:-]+)?", re.ASCII)


@dataclass(frozen=True)
class Page:
    """What all pages need to know."""

    language: str
    brand: str
    brand_class: str


def make_page(language: str, brand: str, client_name: str) -> Page:
    """Choose language and brand; an odd brand hint falls back to the client's name."""
    slug = brand.strip().lower()
    if slug in _BRANDS:
        return Page(language, _BRANDS[slug], f"brand-{slug}")
    if brand and _BRAND_TEXT.fullmatch(brand):
        return Page(language, brand, "brand-none")
    own = client_name.lower()
    return Page(language, client_name, f"brand-{own}" if own in _BRANDS else "brand-none")


def choose_language(ui_locales: str, accept_language: str) -> str:
    """Return the first language we have: `ui_locales`, then what the browser accepts, then English."""
    wanted = ui_locales.split() + [part.partition(";")[0].strip() for part in accept_language.split(",")]
    for tag in wanted:
        code = tag.lower().partition("-")[0]
        if code in LANGUAGES:
            return code
    return LANGUAGES[0]


class Pages:
    """Renders the pages of one realm."""

    def __init__(self, realm_path: str) -> None:
        self._realm = realm_path
        loader = FileSystemLoader(_HERE / "templates")
        self._jinja = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
        self.texts = {
            code: tomllib.loads((_HERE / "texts" / f"{code}.toml").read_text(encoding="utf-8"))
            for code in LANGUAGES
        }
        self.style = (_HERE / "static" / "style.css").read_text(encoding="utf-8")

    def text(self, language: str, key: str, **values: object) -> str:
        """Return one text."""
        return str(self.texts[language][key]).format(**values)

    def render(
        self, template: str, page: Page, *, status: int = 200, redirect_uri: str = "", **values: object
    ) -> HTMLResponse:
        """Render a page; its forms may lead to us and to where the sign-in ends, nowhere else."""
        values = {"languages": (), **values}
        body = self._jinja.get_template(template).render(
            page=page, realm=self._realm, t=self.texts[page.language], **values
        )
        return HTMLResponse(body, status_code=status, headers=page_headers(redirect_uri))

    def message(
        self, page: Page, heading: str, text: str, status: int, *, link: str = "", label: str = ""
    ) -> HTMLResponse:
        """Render a page with one heading and one sentence, and perhaps a way on."""
        t = self.texts[page.language]
        more = {"link": link, "label": t[label] if label else ""}
        return self.render("message.html", page, status=status, heading=t[heading], text=t[text], **more)

    def write(self, template: str, page: Page, **values: object) -> str:
        """Render something that is no answer of its own, such as a mail."""
        return self._jinja.get_template(template).render(page=page, t=self.texts[page.language], **values)

    def form_page(
        self,
        template: str,
        page: Page,
        *,
        here: str,
        kept: Mapping[str, str],
        redirect_uri: str = "",
        lead: str = "",
        values: Mapping[str, str] | None = None,
        errors: Mapping[str, str] | None = None,
        status: int = 200,
        **more: object,
    ) -> HTMLResponse:
        """Render a form of `login-actions/<here>`; `kept` is what it brings along and what finds it again."""
        base = f"{self._realm}/login-actions/{here}"
        found = {name: value for name, value in kept.items() if name != "form_token"}
        return self.render(
            template,
            page,
            status=status,
            redirect_uri=redirect_uri,
            action=base,
            kept={**kept, "language": page.language},
            lead=lead,
            values=_Blank(values or {}),
            errors=_Blank(errors or {}),
            languages=[
                (code, self.texts[code]["language_name"], f"{base}?{urlencode({**found, 'language': code})}")
                for code in LANGUAGES
                if code != page.language
            ],
            **{"alert": "", **more},
        )


class _Blank(dict[str, str]):
    """Reads a missing field as empty."""

    def __missing__(self, key: str) -> str:
        return ""


def page_headers(redirect_uri: str) -> dict[str, str]:
    """Return the policy of a page: own stylesheet only, no scripts, forms to known places only."""
    parts = urlsplit(redirect_uri)
    target = f"{parts.scheme}://{parts.netloc}" if parts.scheme in {"http", "https"} else f"{parts.scheme}:"
    allowed = f" {target}" if redirect_uri and _HOST_SOURCE.fullmatch(target) else ""
    policy = (
        f"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'{allowed}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    return {"Content-Security-Policy": policy, "Cache-Control": "no-store"}
