"""What is the one sentence that the meeting remembers?

From how much to how much, for whom, how many people, and who stays far: it is put together from
what changes, and says plainly that nothing does, or that it gets worse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from desserte.indicators import coverage
from desserte.report._figures import access_of
from desserte.siting import _words as siting_words

if TYPE_CHECKING:
    from desserte.report._asked import Asked
    from desserte.report._communes import Served
    from desserte.report._say import Say

__all__ = ["Key", "key_sentence", "kinds_of", "served_by"]

_NAMED = 3
_LISTED = 12


class Key(NamedTuple):
    """The sentence, and the communes that it is about."""

    sentence: str
    details: list[str]


def key_sentence(asked: Asked, served: Served, say: Say) -> Key:
    """The sentence of what there is, or of what changes."""
    said = _as_it_is(asked, say) if asked.after is None else _change(asked, served, say)
    between = say.set(" ; ") if say.is_french else "; "
    return Key(
        f"{said}{between}{_far(asked, served, say)}.",
        _details(asked, served, say),
    )


def _as_it_is(asked: Asked, say: Say) -> str:
    covered, share = _covered(asked, asked.before)
    return say("key_now", share=say.share(share), count=covered, **_reach(asked, say))


def _change(asked: Asked, served: Served, say: Say) -> str:
    assert asked.after is not None  # noqa: S101 - the caller looked
    (before, share_before), (after, share_after) = (
        _covered(asked, times) for times in (asked.before, asked.after)
    )
    words = {"what": _what(asked, served, say), **_reach(asked, say)}
    shares = {"before": say.share(share_before), "after": say.share(share_after)}
    gain = {"count": abs(after - before), "gain": say.signed(after - before)}
    if after == before:
        changed = (served.table["before"] != served.table["after"]) & served.table[
            ["before", "after"]
        ].notna().any(axis=1)
        if changed.any():
            return say("key_same_share", share=shares["before"], count=int(changed.sum()), **words)
        return say("key_nothing", share=shares["before"], **words) + _apl_change(asked, say)
    if shares["before"] == shares["after"]:
        key = "key_few_more" if after > before else "key_few_less"
        return say(key, share=shares["after"], **gain, **words)
    return say("key_better" if after > before else "key_worse", **shares, **gain, **words)


def _apl_change(asked: Asked, say: Say) -> str:
    """Where minutes stay as they are, more care may still be there."""
    means = [say.figure(side.mean) for side in access_of(asked)]
    if len(set(means)) < len(means):
        return ""
    return say("key_apl", before=means[0], after=means[1]) if means else ""


def _covered(asked: Asked, times: Any) -> tuple[float, float]:
    found = coverage(
        times, demand=asked.demand[asked.key], minutes=asked.near, study=asked.study
    ).iloc[0]
    return float(found["covered"]), float(found["share"])


def _reach(asked: Asked, say: Say) -> dict[str, Any]:
    return {
        "whom": say.of_group(asked.key),
        "minutes": say.number(asked.near),
        "service": served_by(asked, say),
    }


def served_by(asked: Asked, say: Say) -> str:
    """Of what one is so many minutes away, with the preposition."""
    words = say.words["kinds"]
    kinds = kinds_of(asked)
    # Some of the doctors of the map are not said to be general practitioners.
    if len(kinds) > 1 and kinds <= {"gp", "doctor_unspecified"}:
        kinds = {"doctor"}
    kind = kinds.pop() if len(kinds) == 1 else "care"
    service = asked.service or words.get(kind, words["care"])
    return say.set(_of(service) if say.is_french else f"of {service}")


def kinds_of(asked: Asked) -> set[str]:
    """The kinds of care that one travels to, as far as they are known."""
    if asked.care is None:
        return set()
    known = asked.care.index.intersection(asked.now.destinations.union(asked.before.destinations))
    return set(asked.care.loc[known, "kind"].dropna())


def _of(service: str) -> str:
    """The French preposition before an article."""
    for article, contracted in (("le ", "du "), ("les ", "des ")):
        if service.startswith(article):
            return contracted + service.removeprefix(article)
    return f"d'{service}" if service[:1].lower() in "aeiouyéèêh" else f"de {service}"


def _what(asked: Asked, served: Served, say: Say) -> str:
    """What is done: sites open, sites close, or something else."""
    opened, closed = asked.opened, asked.closed
    if (opened and closed) or not (opened or closed):
        return say("what_project")
    is_opening = bool(opened)
    names = sorted({served.names.get(one) for one in opened or closed} - {None}, key=str)
    several = [str(name) for name in names]
    count = len(opened or closed)
    if not several or len(several) > _NAMED:
        return say("what_open_many" if is_opening else "what_close_many", count=count)
    at = siting_words._at(several) if say.is_french else siting_words._list(several, "and")
    at = say.set(at)
    if is_opening and len(several) == count:
        return say("what_open", at=at)
    return say("what_open_some" if is_opening else "what_close", count=count, at=at)


def _far(asked: Asked, served: Served, say: Say) -> str:
    """How many communes are far from it, and whether they were before."""
    now = served.is_far("after" if asked.after is not None else "before")
    count = int(now.sum())
    far = say.number(asked.far)
    if asked.after is None:
        return say("far_now" if count else "far_none", count=count, far=far)
    newly = int((now & ~served.is_far("before")).sum())
    if newly and newly == count:
        return say("far_newly", count=count, far=far)
    if newly:
        return say("far_more", count=newly, total=say.people(count), far=far)
    was = int(served.is_far("before").sum())
    if not count:
        return say("far_no_more" if was else "far_none", count=was, far=far)
    return say("far_still", count=count, far=far)


def _details(asked: Asked, served: Served, say: Say) -> list[str]:
    """The communes by name: who comes within the limit, who leaves it, who is far."""
    table, far = served.table, say.number(asked.far)
    near = say.number(asked.near)
    details = []
    if asked.after is not None:
        was, comes = (served.is_near(side) for side in ("before", "after"))
        for key, chosen in (("details_near", ~was & comes), ("details_lost", was & ~comes)):
            if chosen.any():
                names = sorted(map(str, table["name"][chosen]))
                details.append(
                    say(key, count=len(names), minutes=near, names=say.listed(names, _LISTED))
                )
    stay = served.is_far("after" if asked.after is not None else "before")
    if stay.any():
        names = sorted(map(str, table["name"][stay]))
        people = say.people(served.groups.loc[stay, asked.key].sum())
        about = {"far": far, "people": people, "group": _lower(say.group(asked.key))}
        details.append(say("details_far", names=say.listed(names, _LISTED), **about))
    lost = served.is_off("after" if asked.after is not None else "before")
    if lost.any():
        names = sorted(map(str, table["name"][lost]))
        details.append(say("details_off", names=say.listed(names, _LISTED)))
    return details


def _lower(text: str) -> str:
    """As it stands within a sentence."""
    return text[:1].lower() + text[1:]
