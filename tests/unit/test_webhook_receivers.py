"""Where webhooks may be sent: public names over https, and no address within any network."""

from __future__ import annotations

import ipaddress
import socket

import pytest

from jobmatch.deliveries.sender import UnsentError, post
from jobmatch.webhooks.receivers import is_public, read_url
from tests.support.receivers import a_delivery

NETWORKS = {
    "this network": "0.0.0.0/8",
    "private": "10.0.0.0/8",
    "carrier": "100.64.0.0/10",
    "loopback": "127.0.0.0/8",
    "link-local and metadata": "169.254.0.0/16",
    "private, 172": "172.16.0.0/12",
    "protocols": "192.0.0.0/24",
    "documentation": "192.0.2.0/24",
    "relays": "192.88.99.0/24",
    "private, 192": "192.168.0.0/16",
    "benchmarks": "198.18.0.0/15",
    "documentation, 2": "198.51.100.0/24",
    "documentation, 3": "203.0.113.0/24",
    "multicast": "224.0.0.0/4",
    "reserved": "240.0.0.0/4",
    "broadcast": "255.255.255.255/32",
    "unspecified, 6": "::/128",
    "loopback, 6": "::1/128",
    "compatible with IPv4": "::/96",
    "mapped from IPv4": "::ffff:0:0/96",
    "translated": "64:ff9b::/96",
    "translated here": "64:ff9b:1::/48",
    "discard": "100::/64",
    "Teredo": "2001::/32",
    "documentation, 6": "2001:db8::/32",
    "documentation, 6 again": "3fff::/20",
    "6to4": "2002::/16",
    "unique local": "fc00::/7",
    "metadata, 6": "fd00:ec2::254/128",
    "link-local, 6": "fe80::/10",
    "site-local": "fec0::/10",
    "multicast, 6": "ff00::/8",
}
PUBLIC = ("8.8.8.8", "93.184.216.34", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450:4001::200e")
WITHIN = ("127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.0.1", "172.31.255.255")


def some_of(network: str) -> list[str]:
    """The first, the last and the middle address of a network."""
    whole = ipaddress.ip_network(network)
    return [str(whole[0]), str(whole[whole.num_addresses // 2]), str(whole[-1])]


@pytest.mark.parametrize("kind", NETWORKS)
def test_an_address_within_a_network_is_not_public(kind: str) -> None:
    assert [each for each in some_of(NETWORKS[kind]) if is_public(each)] == []


@pytest.mark.parametrize("address", WITHIN)
def test_an_address_is_not_public_in_the_forms_of_ipv6_that_carry_it(address: str) -> None:
    number = int(ipaddress.IPv4Address(address))
    forms = [
        ipaddress.IPv6Address(number),
        ipaddress.IPv6Address((0xFFFF << 32) | number),
        ipaddress.IPv6Address((0x64FF9B << 96) | number),
        ipaddress.IPv6Address((0x2002 << 112) | (number << 80)),
        ipaddress.IPv6Address((0x20010000 << 96) | (number ^ 0xFFFFFFFF)),
    ]
    assert [str(each) for each in forms if is_public(str(each))] == []


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "localhost",
        "127.1",
        "0x7f000001",
        "2130706433",
        "fe80::1%eth0",
        "2606:4700::1%eth0",
        "1.2.3",
    ],
)
def test_what_is_no_address_is_not_public(text: str) -> None:
    assert not is_public(text)


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.marlow.example",
        "https://hooks.marlow.example/",
        "https://hooks.marlow.example:443/a/b?c=d&e=%20",
        "https://HOOKS.marlow.example:8443/",
        "https://xn--mnchen-3ya.example/",
    ],
)
def test_a_public_name_over_https_is_taken(url: str) -> None:
    target = read_url(url, anywhere=False)
    assert target.is_encrypted
    assert target.port in (443, 8443)
    assert target.path.startswith("/")


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.marlow.example/",
        "ftp://hooks.marlow.example/",
        "//hooks.marlow.example/",
        "hooks.marlow.example",
        "https://",
        "https:///path",
        "https://localhost/",
        "https://api.localhost/",
        "https://printer.local/",
        "https://db.internal/",
        "https://router/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f.0.0.1/",
        "https://0177.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://8.8.8.8/",
        "https://user@hooks.marlow.example/",
        "https://user:word@hooks.marlow.example/",
        "https://@hooks.marlow.example/",
        "https://hooks.marlow.example/#part",
        "https://hooks.marlow.example:22/",
        "https://hooks.marlow.example:80/",
        "https://hooks.marlow.example:99999/",
        "https://hooks.marlow.example\\@10.0.0.1/",
        "https://hooks.marlow.example/a b",
        "https://hooks.marlow.example/\r\nhost: other",
        "https://hooks..example/",
        "https://-hooks.example/",
        "https://hooks_marlow.example/",
        "https://hooks.marlow.example./",
        "https://m\u00fcnchen.example/",
        "https://\uff11\uff12\uff17.0.0.1/",
    ],
)
def test_any_other_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="must"):
        read_url(url, anywhere=False)


def resolving(patch: pytest.MonkeyPatch, *addresses: str) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 443)) for each in addresses]
    patch.setattr(socket, "getaddrinfo", lambda *_, **__: found)


@pytest.mark.parametrize(
    "addresses", [("10.0.0.1",), ("8.8.8.8", "127.0.0.1"), ("::ffff:8.8.8.8",)]
)
def test_a_name_of_which_one_address_is_not_public_gets_no_connection(
    monkeypatch: pytest.MonkeyPatch, addresses: tuple[str, ...]
) -> None:
    monkeypatch.setenv("WEBHOOKS_TO_ANYWHERE", "off")
    resolving(monkeypatch, *addresses)
    monkeypatch.setattr(socket, "create_connection", lambda *_: pytest.fail("connected"))
    with pytest.raises(UnsentError, match="not-public"):
        post(a_delivery("https://hooks.marlow.example/"))
