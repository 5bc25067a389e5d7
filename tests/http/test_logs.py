import io
import logging

import pytest

from rallies.http.logs import WithoutTokens

TOKEN = "Zm9yIHRlc3RzIG9ubHk_-x"


@pytest.mark.parametrize(
    ("message", "line"),
    [
        (f"Internal Server Error: /account/join/{TOKEN}/", "Internal Server Error: /account/join/…/"),
        (f"GET /account/recover/{TOKEN}/?a=b", "GET /account/recover/…/?a=b"),
        (f"/account/login/?next=%2Faccount%2Fjoin%2F{TOKEN}%2F failed", "/account/login/?next=%2Faccount%2Fjoin%2F… failed"),
        ("/account/again/ and /actions/join/abc/", "/account/again/ and /actions/join/abc/"),
    ],
)  # fmt: skip
def test_tokens_are_cut_out_of_lines(message, line):
    record = logging.LogRecord("x", logging.ERROR, "", 0, message, None, None)
    assert WithoutTokens("{message}", style="{").format(record) == line


def test_tokens_are_cut_out_of_tracebacks_and_of_what_the_site_logs(settings):
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    config = settings.LOGGING["formatters"]["line"]
    assert config["()"] == "rallies.http.logs.WithoutTokens"
    handler.setFormatter(WithoutTokens(config["fmt"], style=config["style"]))
    log = logging.Logger("test")
    log.addHandler(handler)
    try:
        raise ValueError(f"/account/join/{TOKEN}/")
    except ValueError:
        log.exception("Internal Server Error: %s", f"/account/join/{TOKEN}/")
    assert TOKEN not in written.getvalue() and written.getvalue().count("/account/join/…") == 2
