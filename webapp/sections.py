"""One section of a page by itself: all its claims as a table, or what is stated of them as RDF."""

from __future__ import annotations

import pyoxigraph as ox

from graph.errors import CyberGovError
from queries import Table
from webapp.about import written
from webapp.service import Service
from webapp.things import short
from webapp.told import Lead, leads_to


class NoSuchSection(CyberGovError):
    """A page has no section of that name."""

    status = 404


def find(service: Service, iri: str, name: str) -> Lead:
    """Return the section of a page that has a name; raise NoSuchSection with those that there are."""
    leads = {lead.anchor: lead for lead in leads_to(service, iri)}
    if name not in leads:
        known = ", ".join(leads) or "none"
        raise NoSuchSection(f"What is told of {short(iri)} has no section {name!r}. There are: {known}.")
    return leads[name]


def table(service: Service, lead: Lead, iri: str) -> Table:
    """Return all claims of a section, a claim a row with its values as columns."""
    return Table.read(service.select(lead.asking(iri)))


def statements(service: Service, lead: Lead, iri: str, media_type: str) -> bytes:
    """Return what is stated of all claims of a section and of their evidence, as RDF."""
    body = service.site.construct(lead.making(iri))
    triples = (quad.triple for quad in ox.parse(body, format=ox.RdfFormat.N_TRIPLES))
    return written(sorted(triples, key=str), media_type)
