"""Kinds of identifier that many fields allow; the first of each is the one a table may leave away."""

ACTOR = ("state", "organisation", "person", "group", "forum")
TEXT = ("document", "decision", "norm", "commitment", "proposal")
UNDERTAKING = ("commitment", "norm", "proposal", "document", "decision")
