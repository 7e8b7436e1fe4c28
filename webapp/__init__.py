"""The faces of the graph: pages, SPARQL endpoint and command line, all over the same queries.

`settings` reads the environment, `cli` is the command, `app` makes the Flask application from an engine it is given.
"""
