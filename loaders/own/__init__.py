"""Anyone's own data: a table or RDF with its description becomes records like any other, in a named graph of its own.

`description` reads what the contributor says of it (CSVW metadata or a JSON-LD context), `texts` and `sheets` bring the
cells of CSV, JSON and XLSX, `tables` and `rdf` turn cells and triples into statements about subjects, `records` turns
these into records with their evidence (`grammar` knows the terms, `names` what a name means), `trial` says what it
would change, and `shelf` keeps what was taken.
"""

from loaders.own.shelf import contributions

__all__ = ["contributions"]
