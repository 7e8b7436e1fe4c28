"""Acts of attribution, replies, responses and waves of statements: who spoke, in which capacity, what came back."""

from __future__ import annotations

from collections.abc import Sequence

from graph.terms import CG
from webapp.profiles.acts import Act, acts, by_rank, by_speaker, told
from webapp.profiles.answered import Heard, hear, numbered, official, replies_card, told_replies
from webapp.profiles.conduct import to_whom
from webapp.profiles.parts import Card, Figure, Line, Pair, Phrase, Profile, Sentence, count, listed, plain, sentence
from webapp.profiles.subject import Subject, by, some
from webapp.things import Value

OPEN = 6
_RANKS = {1: "the issuing body's own text", 2: "a copy of it", 3: "data set or scholarship", 4: "established press"}
_CAVEAT: Sentence = ("What stands here is what was said; not who did it.",)


def of_attribution(subject: Subject) -> Profile:
    """Return what the page on an act of attribution says first."""
    rows = acts_around(subject)
    itself, later = acts(rows, "itself"), acts(rows, "later")
    before = acts(rows, "taken up")
    heard = hear(subject, itself)
    responses = by(heard.rows, "response")
    rank = itself[0].rank if itself else 0
    followed = Card(
        "What followed",
        tuple(
            subject.line(
                subject.value(row["other"]), f": {subject.word(row['code'])}",
                f", {subject.dated(row['date'])}" if "date" in row else "", claim=row["thing"],
            )
            for row in responses[:OPEN]
        ),
        (), len(responses), subject.anchor("response", CG.followsAttribution),
        "No response that followed it is on record here.",
        "Charges are alleged until judged." if responses else "",
    )  # fmt: skip
    return Profile(
        summary=(_spoke(subject), _named(subject), *_answers(subject, heard), _CAVEAT),
        figures=some(
            numbered(len(heard.given), "reply of those named", "replies of those named", "#replies"),
            subject.figure("response that followed", "responses that followed", "response", CG.followsAttribution),
            numbered(len(later), "later act that takes it up", "later acts that take it up", "#later")
            if later
            else None,
            Figure(str(rank), f"best rank of a source: {_RANKS[rank]}", "#sources") if rank in _RANKS else None,
        ),
        opening=(Pair(_words(subject), replies_card(subject, heard)),),
        cards=(
            followed,
            _acts_card(subject, before, "Acts it takes up", "It takes up no other act on record here."),
            _acts_card(subject, later, "Acts that take it up", "No later act on record here takes it up.", "later"),
        ),
        missing=_unsaid(subject, heard, rank),
        links=_operation_links(subject),
    )


def acts_around(subject: Subject) -> list[dict[str, str]]:
    """Return the rows of the acts that a thing is tied to."""
    return subject.ask("acts_around", thing=subject.iri)


def _text(subject: Subject, predicate: object) -> str:
    return plain(tuple(subject.values(str(predicate))[:1]))


def _spoke(subject: Subject) -> Sentence:
    """Return who spoke when, in which capacity and form, on what."""
    date = subject.item.text(str(CG.date))
    organ: list[Phrase] = [*subject.values(str(CG.speakingOrgan))] or [_text(subject, CG.speakingOrganName)]
    level, form = _text(subject, CG.speakerLevel), _text(subject, CG.attributionForm)
    through: tuple[Phrase, ...] = (" through ", *listed(organ)) if organ[0] else ()
    with_: tuple[Phrase, ...] = ()
    if others := subject.values(str(CG.coAttributor)):
        with_ = (", jointly with ", *listed(others, 4), ",")
    return sentence(
        *listed(subject.values(str(CG.speaker))), with_, " spoke", through, f" ({level})" if level else "", " on ",
        *listed(subject.values(str(CG.ofOperation)), 3), f", {date}" if date else ", on a date not recorded",
        f", in the form: {form}" if form else "", ".",
    )  # fmt: skip


def _named(subject: Subject) -> Sentence:
    """Return to whom the act attributes, at which level, or that it names no state."""
    stance, level = _text(subject, CG.attributionStance), _text(subject, CG.namedLevel)
    named, groups = subject.values(str(CG.attributedTo)), subject.values(str(CG.namesGroup))
    others = subject.values(str(CG.stateNamedByOthers))
    said: list[Phrase] = (
        ["It attributes it to ", *listed(named, 4)] if named else ["It attributes it to no state or organ"]
    )
    if groups:
        said += [" and names " if named else "; it names ", *listed(groups, 4)]
    if others and not named:
        said += [" (others had named ", *listed(others, 3), ")"]
    said.append(f"; level named: {level}" if level else "")
    said.append(f"; stance: {stance}.")
    return tuple(said)


def _answers(subject: Subject, heard: Heard) -> tuple[Sentence, ...]:
    return told_replies(subject, heard) or (("No reply to it is on record here.",),)


_SAID = (
    (CG.attributedTo, "Attributed to"),
    (CG.namedInWords, "In its words"),
    (CG.namedLevel, "Level named"),
    (CG.namesGroup, "Group named"),
    (CG.stateNamedByOthers, "Named by others, not by this act"),
    (CG.confidenceWords, "Confidence, in its words"),
    (CG.attributionStance, "Stance to others' attribution"),
    (CG.attributionKind, "Kind"),
    (CG.attributionForm, "Form"),
    (CG.legalCharacterisation, "On law and norms"),
    (CG.invokes, "Invokes"),
    (CG.coordinatedIn, "In a wave of statements"),
)


def _words(subject: Subject) -> Card:
    lines = tuple(
        Line((f"{what}: ", *listed(values, 4)))
        for predicate, what in _SAID
        if (values := subject.values(str(predicate)))
    )
    return Card("What was said", lines, note="Names and words are the speaker's; paraphrases are ours.")


def _acts_card(subject: Subject, found: Sequence[Act], title: str, empty: str, anchor: str = "") -> Card:
    lines = tuple(_act(subject, act) for act in found[:OPEN])
    return Card(title, lines, told(found) if found else (), len(found), empty=empty, anchor=anchor)


def _act(subject: Subject, act: Act) -> Line:
    named = [subject.value(who) for who in act.named]
    to: tuple[Phrase, ...] = (
        (" attributes it to ", *listed(named, 2)) if named else (" attributes it to no state or organ",)
    )
    more = f" ({subject.word(act.stance)}{f', {subject.dated(act.date)}' if act.date else ''})"
    return subject.line(subject.value(act.speaker), *to, more, claim=act.iri)


def _unsaid(subject: Subject, heard: Heard, rank: int) -> tuple[Sentence, ...]:
    lacks: list[Sentence] = []
    if not subject.values(str(CG.confidenceWords)):
        lacks.append(("Words on how sure the speaker was are not recorded.",))
    if not subject.values(str(CG.legalCharacterisation)):
        lacks.append(("Whether the text speaks of law or norms is not recorded.",))
    if heard.unanswered:
        names = listed([subject.value(state) for state in heard.unanswered], 3)
        lacks.append(sentence("A reply of ", names, " is not recorded; it may have given one."))
    if rank > 2 or not rank:
        lacks.append(("The speaker's own text is not among the sources.",))
    return tuple(lacks)


def _operation_links(subject: Subject) -> tuple[Value, ...]:
    slugs = [value.iri.rpartition("/")[2] for value in subject.values(str(CG.ofOperation))]
    return tuple(
        Value("all that was said of the operation", f"/queries/attributions_of_operation?operation={slug}")
        for slug in slugs[:1]
    )


def of_reply(subject: Subject) -> Profile:
    """Return what the page on a reply says first: the reply, beside what it answers."""
    found = acts(acts_around(subject), "answered")
    date, kind = subject.item.text(str(CG.date)), _text(subject, CG.replyKind)
    sought = kind == "none recorded"
    words = _text(subject, CG.paraphrase)
    who = listed(subject.values(str(CG.speaker)))
    summary = (
        sentence("A source records that it found no reply of ", *who, f" ({date})." if date else ".")
        if sought
        else sentence(*who, f" replied{f', {date}' if date else ', on a date not recorded'}: {kind}.")
    )
    answers = sentence(f"It answers {count(len(found), 'act')} of attribution on record here.")
    reply = Card("The reply", (Line((words,)),) if words else (), (kind,), note="In our words." if words else "")
    return Profile(
        summary=(summary, answers),
        figures=some(
            numbered(len(found), "act answered", "acts answered", "#answered") if found else None,
            numbered(len({act.speaker for act in found}), "speaker answered", "speakers answered", "#answered")
            if found
            else None,
        ),
        opening=(
            Pair(
                _acts_card(subject, found, "What it answers", "Which act it answers is not recorded.", "answered"),
                reply,
            ),
        ),
        missing=() if words else (("What it says is not recorded in our words.",),),
    )


def of_response(subject: Subject) -> Profile:
    """Return what the page on a response says first: who took it, what it followed, and what those named replied."""
    found = acts(acts_around(subject), "followed")
    heard = hear(subject, found)
    date, kind = subject.item.text(str(CG.date)), _text(subject, CG.responseKind)
    organ, outcome = _text(subject, CG.speakingOrganName), _text(subject, CG.responseOutcome)
    persons, entities = _text(subject, CG.personsCount), _text(subject, CG.entitiesCount)
    counted = [
        count(int(number), one, many)
        for number, one, many in ((persons, "person", "persons"), (entities, "entity", "entities"))
        if number.isdigit()
    ]
    to = subject.values(str(CG.inReactionTo))
    summary = sentence(
        *listed(subject.values(str(CG.authority))), f" ({organ})" if organ else "", f": {kind}",
        f", {date}" if date else ", on a date not recorded",
        (", in reaction to ", *listed(to, 3)) if to else "",
        f"; it counts {' and '.join(counted)}" if counted else "", f"; outcome: {outcome}" if outcome else "", ".",
    )  # fmt: skip
    return Profile(
        summary=(summary, ("Charges are alleged until judged; persons are counted here, not named.",)),
        figures=some(
            numbered(int(persons), "person counted", "persons counted") if persons.isdigit() else None,
            numbered(int(entities), "entity counted", "entities counted") if entities.isdigit() else None,
            numbered(
                len(found), "act of attribution that it followed", "acts of attribution that it followed", "#followed"
            )
            if found
            else None,
            numbered(len(heard.given), "reply to those acts", "replies to those acts", "#replies") if found else None,
        ),
        opening=(
            Pair(
                _acts_card(
                    subject, found, "What it followed", "No act of attribution is linked to it here.", "followed"
                ),
                replies_card(subject, heard, "Replies to those acts"),
            ),
        ),
        missing=() if outcome else (("Its outcome is not recorded.",),),
    )


def of_wave(subject: Subject) -> Profile:
    """Return what the page on a wave of statements says first."""
    found = acts(acts_around(subject), "wave")
    spoken, heard = official(found), hear(subject, found)
    date = subject.item.text(str(CG.date))
    on = [subject.value(operation) for operation in dict.fromkeys(o for act in found for o in act.operations)]
    naming = sum(bool(act.named) for act in spoken)
    summary = sentence(
        f"{count(len(spoken), 'official act')} by {count(len({act.speaker for act in spoken}), 'speaker')}",
        f", {date}" if date else "", (", on ", *listed(on, 2)) if on else "",
        f"; {naming} of them attribute to a state or organ.",
    )  # fmt: skip
    bar = by_rank(spoken)
    return Profile(
        summary=(summary, *told_replies(subject, heard), _CAVEAT),
        figures=some(
            numbered(len(spoken), "official act", "official acts", subject.anchor("attribution", CG.coordinatedIn)),
            numbered(len({act.speaker for act in spoken}), "speaker", "speakers", "#speakers") if spoken else None,
            Figure(str(naming), "attribute to a state or organ", "#named") if spoken else None,
            numbered(len(heard.given), "reply of those named", "replies of those named", "#replies")
            if spoken
            else None,
        ),
        opening=(Pair(to_whom(subject, spoken, "To whom the acts attribute"), replies_card(subject, heard)),)
        if spoken
        else (),
        blocks=(by_speaker(subject, spoken, "Who spoke", "speakers"), *((bar,) if bar else ())) if spoken else (),
    )


BUILDERS = {
    "attribution": of_attribution, "reply": of_reply, "response": of_response, "coordination": of_wave,
}  # fmt: skip
