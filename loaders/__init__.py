"""Loaders turn the bytes of a source into records and rejects, and nothing else.

`table` reads any curated table by the model's fields, `curated` lists the tables, `resolve` finds the actor that a
name or code means.
"""
