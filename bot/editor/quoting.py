"""Text as a YAML string on one line, whatever it holds."""


def quoted(text: str) -> str:
    """`text` between double quotes, with what can't be printed written as its code."""
    return '"' + "".join(_safe(character) for character in text) + '"'


def _safe(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    return character if character.isprintable() else f"\\U{ord(character):08x}"
