"""The pages: home, lists, search, the query library, the network, and the data itself."""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify, render_template, request, send_file
from flask.typing import ResponseReturnValue

import queries
from graph import network
from graph.search import search
from graph.terms import ID
from graph.turtle import read
from loaders.curated import DATA_DATE
from ontology import CODES, CORE, SHAPES
from webapp import sssom
from webapp.draw import picture
from webapp.linked import table_response
from webapp.lists import LISTS, read_list, read_table
from webapp.negotiate import GRAPHS, JSON, QUERY, TABLES, form
from webapp.service import current_service, whole_network
from webapp.things import local

bp = Blueprint("pages", __name__)

SHOWN = 500
_LIST_FORMS = {".csv": TABLES["csv"], ".json": JSON, ".ttl": GRAPHS["ttl"]}
_QUERY_FORMS = {"csv": TABLES["csv"], "json": JSON, "rq": QUERY}
DUMPS = ("statements.nq.gz", "merged.nt.gz", "manifest.json")


@bp.get("/")
def home() -> str:
    """What is in it, as of when, and the ways in."""
    service = current_service()
    latest = queries.for_site("latest").answer(service)
    counts = {row[0]: row[1] for row in queries.for_site("counts").answer(service).rows}
    return render_template("home.html", counts=counts, latest=latest.rows, lists=LISTS)


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


@bp.get("/search")
def find() -> str:
    """Search names, aliases and symbols."""
    words = request.args.get("q", "").strip()
    hits = search(current_service().snapshot.search, words, 50)
    return render_template("search.html", words=words, hits=[(local(hit.iri), hit) for hit in hits])


@bp.get("/queries")
def library() -> str:
    """The query library."""
    return render_template("queries.html", queries=queries.catalogue().values())


@bp.get("/queries/<name>")
def query(name: str) -> ResponseReturnValue:
    """One question with its answer, as page, CSV or JSON, or itself (`.rq`); parameters stand in the address."""
    name, dot, suffix = name.partition(".")
    if dot and suffix not in ("csv", "json", "rq"):
        abort(404, f"There is no form {suffix!r} of a query. There are: csv, json, rq.")
    suffix = suffix or form(request, _QUERY_FORMS)
    asked = queries.find(name)
    values = {p.name: [v for v in request.args.getlist(p.name) if v] for p in asked.parameters}
    values = {name: given for name, given in values.items() if given}
    if suffix == "rq":
        return Response(asked.bind(**values), content_type="application/sparql-query; charset=utf-8")
    table = asked.answer(current_service(), **values)
    if suffix:
        return table_response(table, suffix)
    given = values or asked.examples()
    return render_template(
        "query.html", query=asked, table=table, given=given, text=asked.bind(**values), shown=SHOWN, local=local
    )


@bp.get("/network")
def net() -> str:
    """The network around one thing, or an overview; at most what stays readable."""
    whole = whole_network(current_service().snapshot.network)
    focus = request.args.get("focus", "")
    node = focus if focus.startswith(ID) else f"{ID}{focus}"
    if focus and node not in whole:
        abort(404, f"Nothing in the network has the identifier {focus}.")
    part = network.around(whole, node) if focus else network.overview(whole)
    name = whole.nodes[node]["name"] if focus else ""
    return render_template("network.html", picture=picture(part), focus=name, href=local(node), total=len(whole))


@bp.get("/data")
def data() -> str:
    """Downloads with checksums, and what the snapshot holds and does not."""
    service = current_service()
    return render_template("data.html", manifest=service.manifest, dumps=DUMPS, data_date=DATA_DATE)


@bp.get("/dumps/<name>")
def dump(name: str) -> ResponseReturnValue:
    """One file of the snapshot, or the ontology and shapes."""
    grammar = {"cybergov.ttl": CORE, "codes.ttl": CODES, "shapes.ttl": SHAPES}
    if name in grammar:
        return Response(read(grammar[name]), content_type="text/turtle; charset=utf-8")
    if name == sssom.FILE:
        text = sssom.text_relations(current_service(), current_service().manifest)
        return Response(text, content_type=sssom.MEDIA_TYPE)
    files = {dump: current_service().snapshot.path / dump for dump in DUMPS}
    if name not in files:
        abort(404, f"There is no dump {name}. There are: {', '.join([*files, *grammar, sssom.FILE])}.")
    if name == "manifest.json":
        return Response(files[name].read_bytes(), content_type="application/json")
    tag = current_service().manifest["files"][name]["sha256"]  # the same on every machine that has the release
    return send_file(files[name].resolve(), as_attachment=True, download_name=name, conditional=True, etag=tag)


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
