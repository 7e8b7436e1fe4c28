"""The graph itself: terms, claims and their identity, checks, snapshots, and the engine that answers queries.

Start with `terms` (names), `model` (what a claim is), `build` (how claims become a snapshot) and `engine`
(how a snapshot answers). Nothing here knows where claims come from or who asks.
"""
