"""The catalogue's rules, read from content: which lines must be there, how old a record may get."""

from pathlib import Path

from bot.catalogue.numbers import normal
from bot.catalogue.reader import Entry, Unreadable, open_file, whole
from bot.catalogue.records import Policy, Problem


def read_policy(folder: Path, problems: list[Problem]) -> Policy | None:
    """`policy.yml` and `withdrawn.yml` of the folder; None, with the problems noted, if either is wrong."""
    before = len(problems)
    top = open_file(folder / "policy.yml", problems)
    gone = open_file(folder / "withdrawn.yml", problems)
    if top is None or gone is None:
        return None
    fields = top.fields()
    lines = fields.need("emergency_lines")
    grace, emergency_grace = (_read_days(fields.need(name)) for name in ("grace_days", "emergency_grace_days"))
    _, others = _names_and_numbers(fields.take("numbers_without_a_record"))
    names, numbers = _names_and_numbers(gone)
    fields.rest()
    if len(problems) > before:
        return None
    return Policy(
        emergency_lines=tuple(text for item in (lines.items() if lines else ()) if (text := item.text())),
        grace_days=grace,
        emergency_grace_days=emergency_grace,
        other_numbers=others,
        withdrawn_names=names,
        withdrawn_numbers=numbers,
    )


def _read_days(entry: Entry | None) -> int:
    return (entry.read(whole) if entry else None) or 0


def _names_and_numbers(entry: Entry | None) -> tuple[frozenset[str], frozenset[str]]:
    """A list of `name` or `number`, each with its `why`."""
    names, numbers = set(), set()
    for item in entry.items() if entry else ():
        row = item.fields()
        name, number, why = row.take("name"), row.take("number"), row.need("why")
        row.rest()
        if (name is None) == (number is None):
            item.problem("needs either a name or a number")
        if name and (text := name.text()):
            names.add(text.casefold())
        if number and (dialled := number.read(_number)):
            numbers.add(dialled)
        if why:
            why.text()
    return frozenset(names), frozenset(numbers)


def _number(text: str) -> str:
    number = normal(text)
    if number is None:
        raise Unreadable(f"'{text}' is not a phone number")
    return number
