"""Which addresses of the network are everybody's, and may be asked for pages.

Special-purpose addresses: RFC 6890 and the registries of IANA that continue it.
"""

import ipaddress
from collections.abc import Iterable
from typing import TypeAlias

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

#: What `ipaddress` takes for global in some versions of Python, or only says to be reserved.
_SPECIAL = tuple(
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "240.0.0.0/4",
        "100::/64",
        "2001::/23",
        "3fff::/20",
        "5f00::/16",
        "fec0::/10",
    )
)

#: Where addresses of IPv4 are written within those of IPv6, and how many bits follow them.
_TRANSLATED, _TUNNELLED = ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("2002::/16")
_BELOW_TUNNELLED = 80


def network_named(text: str) -> Network:
    """Return the network that settings name: an address, or one with a prefix, `10.1.2.0/24`.

    Raises `ValueError`.
    """
    return ipaddress.ip_network(text.strip())


def is_public(address: str, allowed: Iterable[Network] = ()) -> bool:
    """Whether an address is everybody's, or in a network that is allowed all the same.

    >>> [is_public(address) for address in ("93.184.215.14", "127.0.0.1", "::ffff:10.0.0.1")]
    [True, False, False]
    """
    meant = _meant(ipaddress.ip_address(address.partition("%")[0]))
    if any(meant in network for network in allowed if network.version == meant.version):
        return True
    if any(meant in network for network in _SPECIAL if network.version == meant.version):
        return False
    return meant.is_global and not meant.is_multicast and not meant.is_reserved


def _meant(address: Address) -> Address:
    """Return the address of IPv4 that one of IPv6 leads to, if it leads to one."""
    if not isinstance(address, ipaddress.IPv6Address):
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address.teredo:
        return address.teredo[1]
    if address in _TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address in _TUNNELLED:
        return ipaddress.IPv4Address(int(address) >> _BELOW_TUNNELLED & 0xFFFFFFFF)
    return address
