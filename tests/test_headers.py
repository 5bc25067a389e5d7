"""What every answer carries, whoever asks."""

import pytest
from django.test import Client

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/account/login/", "/no-such-page/"])
def test_every_page_carries_the_headers_of_safety(path):
    answer = Client().get(path)
    assert {part.strip() for part in answer["Content-Security-Policy"].split(";")} == POLICY
    assert {name: answer.get(name) for name in ("X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy")} == {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
    }
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "places"),
    [
        *(("/", "(self)"), ("/actions/", "(self)"), ("/es/actions/?kind=march", "(self)"), ("/places/?q=x", "(self)")),
        *(
            ("/countries/", "()"),
            ("/actions/month/2026-03/", "()"),
            ("/account/login/", "()"),
            ("/no-such-page/", "()"),
        ),
        ("/actions/?kind=none", "()"),
    ],
)
def test_only_pages_with_the_box_for_places_may_ask_where_a_device_is(path, places):
    assert Client().get(path)["Permissions-Policy"] == f"camera=(), geolocation={places}, microphone=()"


@pytest.mark.django_db
def test_what_is_no_page_says_nothing_of_permissions():
    assert "Permissions-Policy" not in Client().get("/actions.ics").headers


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/no-such-page/"])
def test_public_pages_know_no_cookies_from_strangers_or_staff(path, admin_client):
    for client in (Client(), admin_client):
        answer = client.get(path)
        assert (dict(answer.cookies), "cookie" in answer.get("Vary", "").lower()) == ({}, False)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/actions.ics", "/no-such-page/"])
@pytest.mark.parametrize("cookie", ["rallies_session=abc; rallies_csrf=x", "sessionid=; csrftoken=\x7f", "a" * 4000])
def test_public_pages_do_not_answer_broken_cookies(path, cookie):
    answer = Client().get(path, headers={"cookie": cookie})
    assert (dict(answer.cookies), "cookie" in answer.get("Vary", "").lower()) == ({}, False)


@pytest.mark.django_db
def test_a_head_has_the_headers_of_a_get_and_no_body():
    got, head = Client().get("/no-such-page/"), Client().head("/no-such-page/")
    assert (head.status_code, head.content, head["Content-Length"]) == (404, b"", str(len(got.content)))


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/actions/", "/campaigns/x/", "/favicon.ico", "/media/x", "/healthz"])
@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_public_addresses_are_for_reading(path, method):
    answer = getattr(Client(enforce_csrf_checks=True), method)(path)
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")


@pytest.mark.django_db
def test_a_foreign_host_name_is_refused():
    assert Client().get("/", headers={"host": "elsewhere.example"}).status_code == 400
