"""What the properties of other vocabularies are called here, and what they mean in our tables, in our own words."""

from __future__ import annotations

from collections.abc import Mapping

from rdflib import URIRef

from graph.terms import DCTERMS, FOAF, RDFS, SKOS

# By property: name and meaning.
FOREIGN: Mapping[URIRef, tuple[str, str]] = {
    RDFS.label: ("name", "The name in English, as the body or the United Nations writes it; for an act, its gist."),
    SKOS.altLabel: ("other name", "A further name in use: a former name, a short form, a name in another language."),
    SKOS.exactMatch: ("same elsewhere", "The identifier of the same thing in another collection, such as Wikidata."),
    SKOS.editorialNote: ("note", "A remark for other editors. It states nothing about the subject."),
    DCTERMS.identifier: ("symbol or identifier", "The official symbol or number, as the issuing body writes it."),
    DCTERMS.subject: (
        "topics",
        "What it is about, by the list of topics: what it deals with, not all that it mentions.",
    ),
    DCTERMS.creator: ("authors", "The persons or bodies that the publication itself names as its authors."),
    DCTERMS.publisher: ("publisher", "The body that brought it out, as the imprint says."),
    DCTERMS.title: ("title", "The title as it stands on the source."),
    DCTERMS.description: ("description", "What it is, in a sentence of our own, without judgement."),
    DCTERMS.language: ("language", "The language in which it is written or was said."),
    DCTERMS.issued: ("published", "When it was published, as precisely as it says itself."),
    FOAF.homepage: ("website", "The address of its own website."),
    FOAF.page: ("page", "The address of a page about it."),
}
