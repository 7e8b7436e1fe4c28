"""Pages on things as tests read them: their HTML, its words, and the sentences they begin with."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

BROWSER = {"Accept": "text/html"}


def page(client: FlaskClient, thing: str) -> str:
    response = client.get(f"/doc/{thing}", headers=BROWSER)
    assert response.status_code == 200
    return response.text


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html)).replace("&#39;", "'")


def summary(text: str) -> str:
    found = re.search(r'<p class="summary">(.*?)</p>', text, re.DOTALL)
    assert found
    return words(found[1])
