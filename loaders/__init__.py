"""Loaders turn the bytes of a source into records and rejects, and nothing else.

`curated` lists our own tables and `table` reads them by the model's fields. `registry` lists the data sets of others,
a module each in `datasets`; `dataset` is what they have in common, `fetch` brings their files and `cache` keeps them.
`own` reads a table of anyone's by its description. `resolve`, `threat_actors` and `operations` find the thing that a
name, code or number means among what is `known`.
"""
