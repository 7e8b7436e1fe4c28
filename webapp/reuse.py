"""Taking something away: the same answer in other programs, a citation of a page, and word of an error on it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

from flask import Blueprint, render_template, request

from graph.errors import CyberGovError
from webapp import releases
from webapp.service import current_service, site_address
from webapp.things import readable

bp = Blueprint("reuse", __name__)

NAME = "Cyber governance graph"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
LONGEST_MAIL = 1800  # characters of a mail's address that mail programs take
_ASSETS = Path(__file__).resolve().parent / "static" / "vendor"
_SPECIAL = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


class NoSuchPage(CyberGovError):
    """An error was to be reported on something that is no page of ours."""

    status = 400


@cache
def has_asset(name: str) -> bool:
    """Tell whether a file of the libraries for browsers was installed; without them pages use what the browser has."""
    return (_ASSETS / name).is_file()


@dataclass(frozen=True)
class Citation:
    """How a page is cited: in words, as BibTeX, and as CSL-JSON."""

    words: str
    bibtex: str
    csl: str


def citation(title: str, path: str) -> Citation:
    """Return how the page at a path is cited, with the release or snapshot that it was made from."""
    manifest = current_service().manifest
    opened, date = releases.of_request(), manifest["data_date"]
    named = opened and opened["release"]
    version = f"release {named}" if named else f"snapshot {manifest['id'][:12]}"
    address = site_address() + path.lstrip("/")
    year = date[:4]
    words = f"{NAME}, “{title}”, {version}, facts as of {readable(date)}, {address} (CC BY 4.0)."
    key = "cybergov-" + "".join(sign if sign.isalnum() else "-" for sign in path.strip("/").lower()).strip("-")
    fields = {
        "author": NAME, "title": _for_bibtex(title), "year": year, "version": version,
        "howpublished": f"\\url{{{address}}}", "note": f"Facts as of {date}, CC BY 4.0",
    }  # fmt: skip
    bibtex = "\n".join([f"@misc{{{key},", *(f'  {name} = "{{{value}}}",' for name, value in fields.items()), "}"])
    csl = {
        "id": key, "type": "webpage", "title": title, "container-title": NAME, "author": [{"literal": NAME}],
        "issued": {"date-parts": [[int(part) for part in date.split("-")]]}, "version": version, "URL": address,
        "license": LICENCE,
    }  # fmt: skip
    return Citation(words, bibtex, json.dumps([csl], ensure_ascii=False, indent=2))


def _for_bibtex(words: str) -> str:
    return "".join(_SPECIAL.get(sign, f"\\{sign}" if sign in "&%$#_{}" else sign) for sign in words)


def preview() -> str:
    """Return the address of the picture that social media show: whole, unless a request names no host."""
    named = current_service().settings.address or request.host
    return f"{site_address() if named else '/'}static/preview.png"


def here() -> str:
    """Return the path of the page that is asked for, with what it asks; bytes that are no UTF-8 are left out."""
    asked = request.query_string.decode(errors="ignore")
    return request.path + (f"?{asked}" if asked else "")


def copies(query: str, address: str) -> list[tuple[str, str]]:
    """Return how other programs get the same table: by name, what to write there.

    The query is the SPARQL behind the table, empty where it is joined from several; the address gives it as CSV and
    may be a path here.
    """
    whole = site_address().rstrip("/") + address if address.startswith("/") else address
    quoted = whole.replace("'", "%27")
    asked = [("SPARQL", query.strip())] if query else []
    return [
        *asked,
        ("curl", f"curl --location --output answer.csv '{quoted}'"),
        ("Python", f'import pandas\n\nanswer = pandas.read_csv("{quoted}")'),
        ("R", f'answer <- read.csv("{quoted}", na.strings = "")'),
        ("Excel or Power BI: Get data, From web, this address", quoted),
    ]


@bp.get("/report")
def report() -> str:
    """Help a reader to say what is wrong on a page: a text made ready, to be sent or copied."""
    about = request.args.get("about", "/")
    if not about.startswith("/") or about.startswith("//") or any(sign in about for sign in "\r\n\\"):
        raise NoSuchPage(
            "An error is reported on a page of this site: its path belongs after about=, as in /doc/state/EST."
        )
    service = current_service()
    text = "\n".join([
        f"Page: {site_address().rstrip('/')}{about}",
        f"Snapshot: {service.manifest['id'][:12]}, facts as of {service.manifest['data_date']}",
        "",
        "What the page says (which row or value):",
        "",
        "What it should say:",
        "",
        "Where that can be read (document, symbol or address, page or paragraph):",
        "",
    ])  # fmt: skip
    contact = service.settings.contact
    mail = f"mailto:{contact}?subject={quote('Error on ' + about)}&body={quote(text)}" if contact else ""
    return render_template("report.html", about=about, text=text, mail=mail if len(mail) <= LONGEST_MAIL else "")
