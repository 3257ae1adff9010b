"""Which addresses are everybody's."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ingest.web.addresses import is_public, network_named

INSIDE = [
    "0.0.0.1",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.8",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "fc00::1",
    "fd00::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "100::1",
]


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_not_everybodys_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "8.8.8.8", "2606:4700::6810:84e5", "64:ff9b::808:808"])
def test_what_is_everybodys_is_public(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_an_address_of_ipv4_is_the_same_written_within_ipv6(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    mapped = ipaddress.IPv6Address(0xFFFF << 32 | number)
    translated = ipaddress.IPv6Address(int(ipaddress.IPv6Address("64:ff9b::")) | number)
    tunnelled = ipaddress.IPv6Address(0x2002 << 112 | number << 80)
    assert {is_public(str(written)) for written in (mapped, translated, tunnelled)} == {
        is_public(str(address))
    }


def test_a_network_can_be_allowed_and_no_other_is_by_that() -> None:
    allowed = [network_named("10.1.2.0/24"), network_named("fd00::/8")]
    assert is_public("10.1.2.9", allowed)
    assert is_public("::ffff:10.1.2.9", allowed)
    assert is_public("fd12::1", allowed)
    assert not is_public("10.1.3.9", allowed)
    assert not is_public("::1", allowed)


@pytest.mark.parametrize("text", ["", "intranet", "10.0.0.0/99", "10.0.0.1/24"])
def test_what_is_no_network_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"network|address|host bits"):
        network_named(text)
