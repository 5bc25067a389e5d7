"""Which network a request comes from, and that a visitor does not choose it."""

import pytest
from django.test import RequestFactory

from rallies.http.visitors import visitor_network


def network(remote: str = "203.0.113.9", forwarded: str | None = None) -> str:
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return visitor_network(RequestFactory().get("/", REMOTE_ADDR=remote, **headers))


@pytest.mark.parametrize(
    ("remote", "expected"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("192.0.2.2", "192.0.2.2"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        # gunicorn on a Unix socket.
        ("", ""),
        ("unix:", ""),
    ],
)
def test_an_address_counts_as_its_network(remote, expected):
    assert network(remote) == expected


@pytest.mark.parametrize("forwarded", ["192.0.2.1", "192.0.2.1, 192.0.2.2", "", "nonsense"])
def test_what_a_visitor_says_counts_for_nothing_without_a_proxy(forwarded):
    assert network(forwarded=forwarded) == "203.0.113.9"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (1, "192.0.2.1", "192.0.2.1"),
        (1, "10.1.1.1, 10.2.2.2,192.0.2.1", "192.0.2.1"),
        (1, " , ,192.0.2.1 ", "192.0.2.1"),
        (1, "10.1.1.1, 2001:db8:1:2::1", "2001:db8:1:2::/64"),
        (1, "10.1.1.1, [2001:db8:1:2::1]:4711", "2001:db8:1:2::/64"),
        (1, '10.1.1.1, "[2001:db8:1:2::1]"', "2001:db8:1:2::/64"),
        (1, "10.1.1.1, 192.0.2.1:4711", "192.0.2.1"),
        # A proxy of ours that hides whom it was asked by: all are one network, and none is what a visitor made up.
        (1, "10.1.1.1, unknown", ""),
        (2, "10.1.1.1, 192.0.2.1, 198.51.100.7", "192.0.2.1"),
        # Fewer than there should be: the first that there is.
        (2, "198.51.100.7", "198.51.100.7"),
        (1, "", "203.0.113.9"),
        (1, None, "203.0.113.9"),
    ],
)
def test_forwarded_addresses_count_as_far_as_our_proxies_reach(settings, proxies, forwarded, expected):
    settings.TRUSTED_PROXIES = proxies
    assert network(forwarded=forwarded) == expected


def test_a_proxy_on_a_unix_socket_tells_who_asks(settings):
    settings.TRUSTED_PROXIES = 1
    assert network("", "10.1.1.1, 192.0.2.1") == "192.0.2.1"
