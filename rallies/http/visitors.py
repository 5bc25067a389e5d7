"""Where a request comes from. Nothing else reads a visitor's address, and nothing writes it down."""

import ipaddress

from django.http import HttpRequest

from rallies.conf import trusted_proxies

# What a household or a phone is given whole (RFC 6177): who has one address of it can use all the others.
OWN_BITS = 64


def visitor_network(request: HttpRequest) -> str:
    """An IPv4 address, or the /64 of an IPv6 address; "" if it is not known, as on a Unix socket without a proxy.

    Each proxy adds the address that it was asked from to the end of X-Forwarded-For. So the last ones, as many as
    there are proxies of ours, are true; what stands before them is whatever the visitor sent.
    """
    forwarded = [part for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    way = [*forwarded, request.META.get("REMOTE_ADDR") or ""]
    return _network(way[max(len(way) - 1 - trusted_proxies(), 0)])


def _network(said: str) -> str:
    """Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`."""
    text = said.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        # How a socket that listens for both kinds tells of IPv4.
        return str(address.ipv4_mapped)
    free = 128 - OWN_BITS
    return f"{ipaddress.IPv6Address(int(address) >> free << free)}/{OWN_BITS}"
