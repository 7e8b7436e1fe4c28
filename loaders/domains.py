"""Web addresses: their host, and the state or organisation that a host's domain says it belongs to.

Only domains that a state or the European Union gives to public authorities and to nobody else are told. A label that
one country keeps for its government may be a town's elsewhere (`go.jp`, `go.it`), so most are given with their country.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

UNITED_STATES = ("gov", "mil", "fed.us")
LABELS = ("gov", "gob", "gouv", "mil")  # below any country's domain
OF_ONE_COUNTRY = (
    "admin.ch",
    "bund.de",
    "gc.ca",
    "go.cr",
    "go.id",
    "go.jp",
    "go.ke",
    "go.kr",
    "go.th",
    "go.tz",
    "go.ug",
    "govt.nz",
    "gub.uy",
    "gv.at",
    "mod.uk",
)
EUROPEAN_UNION = "europa.eu"
_NOT_ISO = {"uk": "GB"}  # domains of countries that are not the country's code in ISO 3166-1
_NO_STATE = ("eu", "su", "ac")

_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`\x00-\x20\x7f]+", re.IGNORECASE)
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", re.IGNORECASE)


@dataclass(frozen=True)
class Holder:
    """To whom a public domain belongs: a state by its ISO 3166-1 code of two letters, or the European Union."""

    alpha2: str | None = None

    @property
    def is_union(self) -> bool:
        """Tell whether it is the European Union."""
        return self.alpha2 is None


def host_of(address: str) -> str | None:
    """Return the host of a web address in small letters, or None where it is no web address that can be linked to.

    >>> host_of("https://www.NCSC.gov.uk/report"), host_of("https:/example.org/"), host_of("see example.org")
    ('www.ncsc.gov.uk', None, None)
    """
    if not _ADDRESS.fullmatch(address):
        return None
    try:
        host = urlsplit(address).hostname
    except ValueError:
        return None
    return host if host and is_domain(host) else None


def is_domain(text: str) -> bool:
    """Tell whether a text is a domain name and nothing else."""
    return _DOMAIN.fullmatch(text) is not None


def without_www(host: str) -> str:
    """Return a host without the label that says no more than that it serves pages."""
    return host.removeprefix("www.")


def public_holder(host: str) -> Holder | None:
    """Return whose public domain a host stands in, or None where its domain says no such thing.

    >>> public_holder("www.cisa.gov"), public_holder("york.gov.uk"), public_holder("www.go.it")
    (Holder(alpha2='US'), Holder(alpha2='GB'), None)
    """
    if any(_within(host, domain) for domain in UNITED_STATES):
        return Holder("US")
    if _within(host, EUROPEAN_UNION):
        return Holder()
    *_, second, country = ("", *host.split("."))
    reserved = second in LABELS or any(_within(host, domain) for domain in OF_ONE_COUNTRY)
    if not reserved or len(country) != 2 or country in _NO_STATE:
        return None
    return Holder(_NOT_ISO.get(country, country.upper()))


def _within(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")
