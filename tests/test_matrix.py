"""The matrix: each cell is what is recorded and no more, and nonsense in the address is told of plainly."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from flask.testing import FlaskClient

from webapp.views.standing import Recorded, cells

BROWSER = {"Accept": "text/html"}
CHOICE = "state=EST&state=RUS&of=document/budapest-convention&of=document/a-res-73-27&of=document/paris-call-2018"


def _claims(client: FlaskClient, query: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(f"/matrix.csv?{query}").text)))


def _wide(client: FlaskClient, query: str) -> dict[str, dict[str, str]]:
    text = client.get(f"/matrix.csv?{query}&shape=wide").text
    return {row["name"]: row for row in csv.DictReader(io.StringIO(text))}


def _claim(act: str, code: str, standing: str = "yes", *, party: bool = False, claim: str = "c") -> Recorded:
    return Recorded("s", "t", act, code, code, standing, party, "", "", "", "checked", False, "", "", claim)


def test_a_cell_names_the_strongest_that_is_recorded_and_a_vote_is_no_acceptance(client: FlaskClient) -> None:
    wide = _wide(client, CHOICE)
    assert wide["Estonia"]["document/budapest-convention"] == "party"
    assert wide["Estonia"]["document/a-res-73-27"] == "voted no"
    assert wide["Estonia"]["document/paris-call-2018"].startswith("endorsed")
    assert wide["Russian Federation"]["document/a-res-73-27"] == "co-sponsored"
    marks = {(row["state"][-3:], row["of"].rsplit("/", 1)[-1], row["mark"]) for row in _claims(client, CHOICE)}
    assert ("RUS", "a-res-73-27", "Y") in marks, "the vote stands beside the sponsorship"


def test_absent_is_no_only_where_a_list_is_known_to_be_complete(client: FlaskClient) -> None:
    of = "of=organisation/nato&of=document/dfi-2022"
    row = _wide(client, f"state=RUS&{of}")["Russian Federation"]
    assert row["organisation/nato"].startswith("no, as far as the list")
    assert row["document/dfi-2022"].startswith("not recorded")
    page = client.get(f"/matrix?state=RUS&{of}", headers=BROWSER).text
    assert "not on the list of members, which is known to be complete until" in page


def test_a_state_is_party_only_once_the_treaty_is_in_force_for_it(client: FlaskClient) -> None:
    def mark(on: str) -> str:
        return _wide(client, f"state=EST&of=document/budapest-convention&on={on}")["Estonia"][
            "document/budapest-convention"
        ]

    assert mark("2005-01-01") == "party"
    assert mark("2003-12-31").startswith("ratified")
    assert mark("2002-01-01") == "signed"
    assert mark("2001-01-01").startswith("not recorded")


def test_what_may_or_may_not_have_been_so_on_a_day_is_marked_and_not_counted(client: FlaskClient) -> None:
    query = "state=EST&of=document/paris-call-2018&on=2020-01-01"
    row = _wide(client, query)["Estonia"]
    assert row["document/paris-call-2018"].startswith("undetermined: ")
    assert row["total"] == "0"
    assert "E?" in client.get(f"/matrix?{query}", headers=BROWSER).text


def test_the_strongest_mark_wins_but_sure_goes_before_undetermined_and_ended_is_former() -> None:
    def letter(*rows: Recorded) -> str:
        return cells(rows)["s", "t"].mark.letter

    signed, ratified = _claim("treaty action", "signature"), _claim("treaty action", "ratification", party=True)
    assert letter(signed, ratified) == "P"
    assert letter(signed, _claim("treaty action", "ratification")) == "R"
    assert letter(ratified, _claim("treaty action", "withdrawal")) == "W"
    assert letter(signed, _claim("treaty action", "ratification", "undetermined", party=True)) == "S"
    assert letter(_claim("membership", "member", "no longer")) == "F"
    assert letter(_claim("membership", "member"), _claim("membership", "member", "no longer")) == "M"
    assert letter(_claim("membership", "partner")) == "O"
    assert letter(_claim("vote", "not-voting")) == "V"
    assert letter(_claim("measure", "partial")) == "L", "only a measure stated as implementing implements"
    assert letter(_claim("measure", "stated-as-implementing")) == "I"
    assert letter(_claim("treaty action", "reservation")) == "T"


def test_every_mark_on_the_page_leads_to_a_claim_that_is_there(client: FlaskClient) -> None:
    page = client.get(f"/matrix?{CHOICE}", headers=BROWSER).text
    links = re.findall(r'<a href="(/doc/[^"]+)" class="mark', page)
    assert len(links) == 4
    assert all(client.get(link, headers=BROWSER).status_code == 200 for link in links)


def test_totals_count_what_is_in_favour(client: FlaskClient) -> None:
    page = client.get(f"/matrix?{CHOICE}", headers=BROWSER).text
    assert 'title="1 of 2"' in page
    assert _wide(client, CHOICE)["Estonia"]["total"] == "2"
    names = list(_wide(client, f"{CHOICE}&state=DEU&state=SUN&sort=total"))
    totals = [int(row["total"]) for row in _wide(client, f"{CHOICE}&state=DEU&state=SUN&sort=total").values()]
    assert totals == sorted(totals, reverse=True)
    assert set(names) > {"Germany", "Estonia"}


def test_csv_and_json_tell_the_same_one_row_a_claim(client: FlaskClient) -> None:
    rows = _claims(client, CHOICE)
    assert json.loads(client.get(f"/matrix.json?{CHOICE}").data) == [
        {name: value or ("" if name != "mark" else value) for name, value in row.items()} for row in rows
    ]
    assert len({row["claim"] for row in rows}) == len(rows) > 5
    assert {row["verification"] for row in rows} <= {"checked", "reported", "unchecked"}


def test_without_a_choice_there_is_something_to_see(client: FlaskClient) -> None:
    page = client.get("/matrix", headers=BROWSER)
    assert page.status_code == 200
    assert "Who joined the treaties and texts" in page.text
    assert page.text.count('class="mark in') > 5


@pytest.mark.parametrize("name", ["main", "norms", "cybercrime", "votes", "forums"])
def test_every_set_of_columns_holds_something(client: FlaskClient, name: str) -> None:
    page = client.get(f"/matrix?group=organisation/nato&set={name}", headers=BROWSER).text
    assert page.count('scope="col" class="up"') >= 1
    assert f'name="set" value="{name}" checked' in page


def test_states_and_columns_may_be_written_by_name_and_are_kept_once(client: FlaskClient) -> None:
    page = client.get("/matrix?state=Germany&state=deu&of=Freedom+Online+Coalition&of=forum/foc", headers=BROWSER).text
    assert page.count('name="state" value="DEU" checked') == 1
    assert page.count('name="of" value="forum/foc" checked') == 1


def test_a_group_brings_its_states(client: FlaskClient) -> None:
    wide = _wide(client, "group=organisation/eu&of=forum/foc")
    assert {"Germany", "Estonia", "France"} <= set(wide)
    assert "Russian Federation" not in wide


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("state=XXX", 404, "no state"),
        ("group=organisation/nothing", 404, "no group"),
        ("of=document/nothing", 404, "no text, commitment or forum"),
        ("of=state/DEU", 404, "no text, commitment or forum"),
        ("of=a%20b", 400, "no value"),
        ("set=nothing", 400, "no set"),
        ("on=2021", 400, "no day"),
        ("on=2021-02-30", 400, "no day"),
        ("sort=size", 400, "no order"),
        ("state=%3Cscript%3Ealert(1)%3C/script%3E", 404, "no state"),
    ],
)
def test_what_makes_no_sense_is_told_of(client: FlaskClient, query: str, status: int, words: str) -> None:
    page = client.get(f"/matrix?{query}", headers=BROWSER)
    assert page.status_code == status
    assert words in page.text
    assert "<script>alert" not in page.text
    assert client.get(f"/matrix.csv?{query}").status_code == status


def test_too_many_columns_are_refused_with_the_limit(client: FlaskClient) -> None:
    everything = [row["thing"] for row in json.loads(client.get("/documents.json").data)]
    query = "&".join(f"of={iri}" for iri in everything[:41])
    page = client.get(f"/matrix?state=DEU&{query}", headers=BROWSER)
    assert len(everything) > 40
    assert page.status_code == 400
    assert "at most 40" in page.text
