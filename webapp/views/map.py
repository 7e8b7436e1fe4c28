"""The map: one tile a state, for any membership, treaty, text, ballot, position or kind of measure."""

from __future__ import annotations

import textwrap
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from webapp import charts
from webapp.linked import table_response
from webapp.negotiate import JSON, SVG, TABLES, form
from webapp.service import current_service, site_address
from webapp.views import mapped, tilemap
from webapp.views.mapped import SHOWS, Map

bp = Blueprint("map", __name__)

_FORMS = {".csv": TABLES["csv"], ".json": JSON, ".svg": SVG}
_LETTERS = 88  # of the headline in a line of the file


@bp.get("/map<any('','.csv','.json','.svg'):suffix>")
def show_map(suffix: str) -> ResponseReturnValue:
    """A map as a page, its table as CSV or JSON, or the picture as a file, by suffix, `?format=` or Accept."""
    service = current_service()
    suffix = suffix or form(request, _FORMS)
    name, on = request.args.get("show") or next(iter(SHOWS)), request.args.get("on", "").strip()
    offered = mapped.choices(service)
    choice = mapped.chosen(offered, name, request.args.get("of", "").strip())
    told = mapped.read(service, SHOWS[name], choice, on)
    if suffix in (".csv", ".json"):
        return table_response(told.table(), suffix[1:])
    if suffix == ".svg":
        return _file(told)
    histogram = charts.columns(told.years, told.show.years) if len(told.years) > 1 else None
    return render_template(
        "map.html", told=told, shows=SHOWS.values(), offered=offered[name], histogram=histogram, address=_address
    )


def _address(told: Map, suffix: str = "", **other: str) -> str:
    """Return the address of a map here; in a request that is for a release, of the map there."""
    asked = {"show": told.show.name, "of": told.choice.of, "on": told.on} | other
    said = urlencode({name: value for name, value in asked.items() if value}, safe="/")
    return f"{request.root_path}/map{suffix}?{said}"


def _file(told: Map) -> Response:
    """Return the picture in a file of its own, with its style, its legend and where it is from."""
    address = site_address() + _address(told).removeprefix(f"{request.root_path}/")
    lines = textwrap.wrap(told.headline, _LETTERS)
    text = render_template("map.svg", told=told, style=tilemap.style(), lines=lines, address=address)
    name = f"map-{told.show.name}-{told.choice.of.replace('/', '-')}{'-' if told.on else ''}{told.on}.svg"
    return Response(
        text,
        content_type=SVG,
        headers={
            "Content-Disposition": f'inline; filename="{name}"',
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",  # its own style is in it
        },
    )
