"""What people see when they sign in or register."""

import re

import pytest

from tests.sandbox.browsing import AppSignIn, back, hidden_fields


@pytest.fixture
def app(sandbox):
    return AppSignIn(sandbox.http)


def inputs(page):
    return re.findall(r"<input (?!type=\"hidden\")[^>]*>", page)


class TestForAll:
    @pytest.mark.parametrize("prompt", ["login", "create"])
    async def test_each_field_has_its_label_and_one_has_the_focus(self, app, prompt):
        page = (await app.open(prompt=prompt)).text
        for field in inputs(page):
            name = re.search(r'id="(\w+)"', field)[1]
            assert f'<label for="{name}">' in page
        assert page.count("autofocus") == 1
        assert '<html lang="en">' in page

    @pytest.mark.parametrize("prompt", ["login", "create"])
    async def test_no_script_and_a_policy_that_allows_none(self, app, prompt):
        answer = await app.open(prompt=prompt)
        policy = answer.headers["content-security-policy"]
        assert "<script" not in answer.text
        assert not re.search(r"<[^>]+\s(style|on\w+)=", answer.text)
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["cache-control"] == "no-store"

    async def test_forms_may_end_at_the_apps_address_only(self, app):
        web = (await app.open()).headers["content-security-policy"]
        assert "form-action 'self' http://127.0.0.1:53117;" in web
        phone = (await app.open(redirect_uri="etopay://auth")).headers["content-security-policy"]
        assert "form-action 'self' etopay:;" in phone

    async def test_language_follows_ui_locales_then_the_browser(self, app):
        assert 'lang="de"' in (await app.open(ui_locales="fr de")).text
        answer = await app.http.get(
            f"{app.oidc}/auth", params=app.request(), headers={"accept-language": "de-AT,de;q=0.9"}
        )
        assert "Anmelden" in answer.text

    async def test_other_language_is_one_link_away(self, app):
        page = (await app.open()).text
        link = re.search(r'<a href="([^"]+)" lang="de"', page)[1].replace("&amp;", "&")
        assert "Anmelden" in (await app.http.get(link)).text

    async def test_both_languages_have_the_same_texts(self, sandbox):
        texts = sandbox.app.state.identity.pages.texts
        assert set(texts["en"]) == set(texts["de"])
        for key in texts["en"]:
            assert re.findall(r"{\w+}", texts["en"][key]) == re.findall(r"{\w+}", texts["de"][key]), key

    async def test_brand_is_named_and_nothing_of_another(self, app):
        page = (await app.open(ui_brand="juno", prompt="create")).text
        assert "Juno" in page
        assert 'class="brand-juno"' in page
        assert "ETOPay" not in page

    @pytest.mark.parametrize("brand", ["<script>alert(1)</script>", "x" * 60, '"><b>', "{{7*7}}"])
    async def test_odd_brand_hint_falls_back_to_the_client(self, app, brand):
        page = (await app.open(ui_brand=brand)).text
        assert "<b>" not in page
        assert "<script" not in page
        assert '<p class="brand">ETOPay</p>' in page

    async def test_login_hint_is_filled_in_and_escaped(self, app):
        page = (await app.open(login_hint='dora"><b>')).text
        assert 'value="dora&#34;&gt;&lt;b&gt;"' in page

    async def test_the_stylesheet_is_ours(self, app):
        answer = await app.http.get("/realms/etopay/resources/style.css")
        assert answer.headers["content-type"].startswith("text/css")
        assert "prefers-color-scheme: dark" in answer.text


class TestRegistration:
    @pytest.mark.parametrize(
        ("changes", "field", "text"),
        [
            ({"username": "d"}, "username", "2 to 64 letters"),
            ({"username": "dora dora"}, "username", "2 to 64 letters"),
            ({"username": "../dora"}, "username", "2 to 64 letters"),
            ({"username": "dörte"}, "username", "2 to 64 letters"),
            ({"username": ".."}, "username", "2 to 64 letters"),
            ({"username": ""}, "username", "Fill in this field"),
            ({"name": " "}, "name", "Fill in this field"),
            ({"name": "x" * 121}, "name", "at most 120"),
            ({"email": "dora"}, "email", "not an e-mail address"),
            ({"email": ""}, "email", "Fill in this field"),
            ({"password": "short"}, "password", "at least 10 characters"),
            ({"password": "aaaaaaaaaaaa"}, "password", "too easy"),
            ({"password": "dora@example.org"}, "password", "too easy"),
            ({"password": ""}, "password", "Fill in this field"),
        ],
    )
    async def test_problem_is_tied_to_its_field(self, app, changes, field, text):
        answer = await app.register(**{"username": "dora", **changes})
        assert answer.status_code == 400
        problem = re.search(rf'<span class="error" id="{field}-error">([^<]+)<', answer.text)
        assert text in problem[1]
        assert f'aria-describedby="{field}-error' in answer.text
        focused = next(field_ for field_ in inputs(answer.text) if "autofocus" in field_)
        assert f'id="{field}"' in focused
        assert "problem" in re.search("<title>([^<]+)", answer.text)[1]

    async def test_password_is_never_shown_again(self, app):
        answer = await app.register("d", password="correct horse battery")
        assert "correct horse" not in answer.text
        assert 'value="Test Person"' in answer.text

    async def test_taken_name_and_mail(self, sandbox, app):
        await app.register("dora")
        async with sandbox.browser() as browser:
            other = AppSignIn(browser)
            taken = await other.register("DORA", email="other@example.org")
            assert taken.status_code == 409
            assert "user name is taken" in taken.text
            mail = await other.register("dorothea", email="Dora@example.org")
            assert mail.status_code == 409
            assert "belongs to an account" in mail.text

    async def test_name_is_kept_in_small_letters(self, sandbox, app):
        await app.register("DoRa.1-x_")
        assert sandbox.app.state.identity.accounts.find("dora.1-x_").username == "dora.1-x_"


class TestSignIn:
    async def test_unknown_name_and_wrong_password_look_the_same(self, sandbox, app):
        await app.register("dora")
        pages = []
        for login in ("dora", "nobody"):
            async with sandbox.browser() as browser:
                answer = await AppSignIn(browser).sign_in(login, "wrong password")
                text = re.sub(r'value="[^"]*"|flow=[\w-]+', "", answer.text)
                pages.append((answer.status_code, text))
        assert pages[0] == pages[1]
        assert 'role="alert"' in pages[0][1]

    async def test_missing_fields_are_named(self, app):
        page = await app.open()
        fields = {**hidden_fields(page.text), "login": "", "password": ""}
        answer = await app.http.post(f"{app.actions}/sign-in", data=fields)
        assert 'id="login-error"' in answer.text
        assert 'id="password-error"' in answer.text

    async def test_after_a_failure_the_right_password_still_works(self, app):
        await app.register("dora")
        page = await app.open(prompt="login")
        answer = page
        for password in ("wrong password", "correct horse battery"):
            fields = {**hidden_fields(answer.text), "login": "dora", "password": password}
            answer = await app.http.post(f"{app.actions}/sign-in", data=fields)
        assert "code" in back(answer)

    async def test_disabled_account(self, sandbox, app):
        sandbox.app.state.identity.accounts.create("dora", "correct horse battery", "D", None, enabled=False)
        assert (await app.sign_in("dora", "correct horse battery")).status_code == 400
