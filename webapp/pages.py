"""The pages: lists, and the data itself."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from flask import Blueprint, Response, jsonify, render_template, request, send_file
from flask.typing import ResponseReturnValue

import queries
from graph.errors import CyberGovError
from graph.snapshot import Snapshot
from graph.turtle import read
from webapp import descriptions, sssom
from webapp.descriptions import Dump
from webapp.linked import table_response
from webapp.lists import LISTS, read_list, read_table
from webapp.negotiate import GRAPHS, JSON, TABLES, form
from webapp.service import current_service

bp = Blueprint("pages", __name__)

_LIST_FORMS = {".csv": TABLES["csv"], ".json": JSON, ".ttl": GRAPHS["ttl"]}
MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"


class NoSuchDump(CyberGovError):
    """No file to take away has that name."""

    status = 404

    def __init__(self, name: str, there: list[str], *, public: bool) -> None:
        private = "" if public else " The statements of a private build are not given away as files."
        super().__init__(f"There is no dump {name}.{private} There are: {', '.join(there)}; the page /data lists all.")


@bp.get(
    "/<any(states,forums,commitments,events,operations,documents,actors):name><any('','.csv','.json','.ttl'):suffix>"
)
def listing(name: str, suffix: str) -> ResponseReturnValue:
    """A list with facets; as CSV, JSON or Turtle, by suffix, `?format=` or Accept, all that has the chosen values."""
    suffix = suffix or form(request, _LIST_FORMS)
    of, service = LISTS[name], current_service()
    chosen = {facet: request.args[facet] for facet in of.facets if request.args.get(facet)}
    if suffix in (".csv", ".json"):
        return table_response(read_table(service, name, chosen), suffix[1:])
    if suffix == ".ttl":
        things = [row[0] for row in read_table(service, name, chosen).rows if row[0]]
        query = queries.for_site("list_description").bind(thing=things)
        return Response(service.site.answer(query, graph=GRAPHS["ttl"]).body, content_type="text/turtle; charset=utf-8")
    page = request.args.get("page", default=1, type=int)
    return render_template("list.html", listing=read_list(service, of, chosen, page), chosen=chosen)


@bp.get("/data")
def data() -> str:
    """Downloads with checksums, and what the snapshot holds and does not."""
    dumps = descriptions.dumps_of(current_service().manifest)
    pairs = [tuple(pair) for _, pair in groupby(dumps, key=lambda dump: dump.stem)]
    others = [*descriptions.grammar_dumps(), *mapping_dumps()]
    return render_template("data.html", pairs=pairs, others=others, manifest_file=MANIFEST, sums=SUMS)


@bp.get("/dumps/<name>")
def dump(name: str) -> ResponseReturnValue:
    """One file of the snapshot, or the ontology and shapes."""
    service = current_service()
    dumps = {dump.name: dump for dump in descriptions.dumps_of(service.manifest)}
    if name in dumps:
        return sent(service.snapshot.dumps / name, dumps[name])
    if name in descriptions.GRAMMAR:
        return Response(read(descriptions.GRAMMAR[name]), content_type="text/turtle; charset=utf-8")
    if name in sssom.WRITERS and service.manifest["public"]:
        return Response(mappings(service.snapshot, name), content_type=sssom.MEDIA_TYPE)
    if name == MANIFEST:
        return Response((service.snapshot.path / MANIFEST).read_bytes(), content_type="application/json")
    if name == SUMS:
        sums = "".join(f"{dump.sha256}  {dump.name}\n" for dump in dumps.values())
        return Response(sums, content_type="text/plain; charset=utf-8")
    whole = [dump.name for dump in dumps.values() if not dump.graph]
    raise NoSuchDump(name, [*whole, *descriptions.GRAMMAR, MANIFEST, SUMS], public=service.manifest["public"])


def sent(path: Path, dump: Dump) -> Response:
    """Send a file, tagged by its checksum: the same on every machine that has the snapshot."""
    return send_file(
        path.resolve(),
        mimetype=dump.packed or dump.media_type,
        as_attachment=True,
        download_name=dump.name,
        conditional=True,
        etag=dump.sha256,
    )


@lru_cache(maxsize=4)
def mappings(snapshot: Snapshot, name: str) -> bytes:
    """Return a file of mappings of a snapshot, the one that is served."""
    service = current_service()
    return sssom.WRITERS[name](service, service.manifest).encode()


def mapping_dumps() -> list[Dump]:
    """Return the files of mappings with size and checksum; none of a private build."""
    service = current_service()
    if not service.manifest["public"]:
        return []
    files = {name: mappings(service.snapshot, name) for name in sssom.WRITERS}
    return [Dump(name, len(content), hashlib.sha256(content).hexdigest()) for name, content in files.items()]


@bp.get("/health")
def health() -> ResponseReturnValue:
    """Tell whether queries are answered, and on which snapshot."""
    service = current_service()
    working = service.site.ask("ASK { ?s ?p ?o }")
    manifest = service.manifest
    state = {"status": "ok" if working else "empty", "snapshot": manifest["id"], "data_date": manifest["data_date"]}
    if engine := service.remote():
        state["engine"] = engine
    return jsonify(state), 200 if working else 503
