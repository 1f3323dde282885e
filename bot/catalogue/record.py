"""One record file into one `Service`, or into every problem it has."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from bot.catalogue.numbers import SHORT_CODES, TEXT_ONLY, normal
from bot.catalogue.reader import (
    E,
    Entry,
    Fields,
    Unreadable,
    day,
    email_address,
    one_of,
    open_file,
    web_address,
    whole,
    yes_no,
)
from bot.catalogue.records import (
    UK,
    Access,
    Channel,
    Confidence,
    Gender,
    Medium,
    Organisation,
    Problem,
    Provenance,
    Purpose,
    Service,
)
from bot.catalogue.timetable import schedule
from bot.vocabulary import Kind, Nation, Role, Topic

T = TypeVar("T")

_GENDERS = {"men": Gender.MAN, "women": Gender.WOMAN, "anyone": None}
# A house number with a street, or a postcode: what a refuge's record must never hold.
# Words may stand on two lines: YAML folds them.
ADDRESS = re.compile(
    r"\b\d{1,4}[a-z]?,?\s+(?:[\w'.-]+\s+){0,3}"
    r"(?:street|st|road|rd|lane|ln|avenue|ave|close|drive|court|crescent|terrace|place|way|square|gardens|row"
    r"|hill|house)\b"
    r"|\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b",
    re.IGNORECASE,
)


def read_record(path: Path) -> tuple[Service | None, list[Problem]]:
    """The service of a file and its problems; the service is None when there are any."""
    problems: list[Problem] = []
    entry = open_file(path, problems)
    if entry is None:
        return None, problems
    service = _service(entry.fields(), path)
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", path.stem):
        entry.inside(entry.node, "file name").problem("use small letters, digits and dashes: it is the service's id")
    return (None if problems else service), problems


def _service(top: Fields, path: Path) -> Service | None:
    name, audience, summary = (_text(top.need(field)) for field in ("name", "for", "about"))
    runner = _organisation(top, name)
    purpose = _read(top.need("use"), one_of(Purpose))
    nations = _nations(top.need("nations"))
    roles = _words(top.need("roles"), Role)
    gender = _read(top.take("gender"), _gender)
    youngest, oldest = (_read(top.take(field), whole) for field in ("minimum age", "maximum age"))
    kinds, topics = _words(top.take("cues"), Kind), _words(top.take("topics"), Topic)
    communities = _words(top.take("communities"), Topic)
    languages = tuple(_read(item, _language) or "" for item in _items(top.take("languages"))) or ("en",)
    access = _words(top.take("access"), Access)
    url = _read(top.take("website"), web_address)
    cost, note, editor_note = (_text(top.take(field)) for field in ("cost", "note", "editor note"))
    flags = {flag: bool(_read(top.take(flag), yes_no)) for flag in ("refuge", "emergency line", "national line")}
    listed = top.need("channels")
    channels = tuple(found for item in _items(listed) if (found := _channel(item)))
    provenance = _provenance(top.need("source"))
    if listed and not any(not channel.staff_only for channel in channels):
        listed.problem("lists no way in that the public may use")
    if url is None and any(channel.value is None for channel in channels) and listed:
        listed.problem("a channel says 'website' but the record has no website")
    if youngest is not None and oldest is not None and youngest > oldest:
        top.entry.inside(top.entry.node, "minimum age").problem("is above the maximum age")
    if purpose is Purpose.SPECIALIST and not kinds | topics:
        top.entry.inside(top.entry.node, "use").problem("a specialist needs topics or cues, or nobody is sent there")
    _refuse_address(top.entry, path, refuge=flags["refuge"])
    top.rest()
    if not (name and audience and summary and purpose and provenance) or top.entry.problems:
        return None
    return Service(
        id=path.stem,
        name=name,
        organisation=runner,
        audience=audience,
        summary=summary,
        purpose=purpose,
        nations=nations,
        roles=roles,
        gender=gender,
        minimum_age=youngest,
        maximum_age=oldest,
        kinds=kinds,
        topics=topics,
        communities=communities,
        languages=languages,
        access=access,
        url=url,
        cost=cost,
        note=note,
        editor_note=editor_note,
        channels=channels,
        provenance=provenance,
        refuge=flags["refuge"],
        emergency_line=flags["emergency line"],
        national_line=flags["national line"],
        file=path.name,
    )


def _items(entry: Entry | None) -> list[Entry]:
    return list(entry.items()) if entry else []


def _text(entry: Entry | None) -> str | None:
    return entry.text() if entry else None


def _read(entry: Entry | None, parse: Callable[[str], T]) -> T | None:
    return entry.read(parse) if entry else None


def _words(entry: Entry | None, kind: type[E]) -> frozenset[E]:
    """Words of a closed vocabulary; `all` stands for every one of them."""
    if entry is None:
        return frozenset()
    if entry.is_word("all"):
        return frozenset(kind)
    return frozenset(word for item in entry.items() if (word := item.read(one_of(kind))) is not None)


def _nations(entry: Entry | None) -> frozenset[Nation]:
    if entry is None:
        return frozenset()
    if entry.is_word("uk"):
        return frozenset(UK)
    nations = _words(entry, Nation)
    if Nation.ELSEWHERE in nations:
        entry.problem("'elsewhere' is where a visitor may be, not where a service works")
    return nations


def _gender(text: str) -> Gender | None:
    if text not in _GENDERS:
        raise Unreadable(f"'{text}' should be men, women or anyone")
    return _GENDERS[text]


def _language(text: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}", text):
        raise Unreadable(f"'{text}' is not a language code such as en, cy or bfi")
    return text


def _organisation(top: Fields, name: str | None) -> Organisation:
    entry = top.take("run by")
    return Organisation(name=(entry.text() if entry else None) or name or "")


def _number(text: str) -> str:
    number = normal(text)
    if number is None:
        codes = ", ".join(SHORT_CODES.values())
        raise Unreadable(f"'{text}' is not a working phone number, nor one of the short codes {codes}")
    return text


def _voice_number(text: str) -> str:
    if normal(text) in TEXT_ONLY:
        raise Unreadable(f"'{text}' takes texts only")
    return _number(text)


_PARSERS = {
    Medium.PHONE: _voice_number,
    Medium.TEXT: _number,
    Medium.WEBCHAT: web_address,
    Medium.EMAIL: email_address,
    Medium.BSL: web_address,
    Medium.WEBSITE: web_address,
}


def _channel(entry: Entry) -> Channel | None:
    fields = entry.fields()
    media = [medium for medium in Medium if medium in fields.by_name]
    if len(media) != 1:
        entry.problem(f"needs exactly one of: {', '.join(Medium)}")
        return None
    medium = media[0]
    target = fields.need(medium)
    on_website = target is not None and medium not in (Medium.PHONE, Medium.TEXT) and target.is_word("website")
    value = None if on_website or target is None else target.read(_PARSERS[medium])
    say, area = _text(fields.take("say")), _text(fields.take("area"))
    nation = _read(fields.take("nation"), one_of(Nation))
    hours = schedule(fields.take("hours"))
    staff_only = bool(_read(fields.take("staff only"), yes_no))
    fields.rest()
    return Channel(medium=medium, value=value, schedule=hours, say=say, area=area, nation=nation, staff_only=staff_only)


def _provenance(entry: Entry | None) -> Provenance | None:
    if entry is None:
        return None
    fields = entry.fields()
    url = _read(fields.take("url"), web_address)
    note, by = _text(fields.need("note")), _text(fields.need("checked by"))
    confidence = _read(fields.need("confidence"), one_of(Confidence))
    checked, due = (_read(fields.need(field), day) for field in ("checked on", "review due"))
    fields.rest()
    if checked and due and due <= checked:
        entry.inside(entry.node, "review due").problem("is not after the day it was checked")
    if not (note and by and confidence and checked and due):
        return None
    return Provenance(url=url, note=note, confidence=confidence, checked_on=checked, checked_by=by, review_due=due)


def _refuse_address(entry: Entry, path: Path, *, refuge: bool) -> None:
    """A refuge's address kept anywhere is an address that can leak to the person it hides from.

    The word alone is enough, in case nobody set the flag.
    """
    text = path.read_text(encoding="utf-8")
    if not (refuge or "refuge" in text.casefold()):
        return
    lines = sorted({text.count("\n", 0, found.start()) + 1 for found in ADDRESS.finditer(text)})
    told = "holds a street address or a postcode; a refuge's never may"
    entry.problems.extend(Problem(file=path.name, line=line, field="refuge", text=told) for line in lines)
