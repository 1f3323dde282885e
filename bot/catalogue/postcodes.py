"""Which nations a postcode may lie in: by its letters, both sides where an area straddles a border."""

import re

from bot.vocabulary import Nation

_E, _S, _W, _N = Nation.ENGLAND, Nation.SCOTLAND, Nation.WALES, Nation.NORTHERN_IRELAND
# fmt: off
_ONLY = {
    **dict.fromkeys(("AB", "DD", "EH", "FK", "G", "HS", "IV", "KA", "KW", "KY", "ML", "PA", "PH", "ZE"), _S),
    **dict.fromkeys(("CF", "SA"), _W),
    "BT": _N,
}
_BORDER = {
    **dict.fromkeys(("DG", "TD", "CA"), (_S, _E)),
    **dict.fromkeys(("CH", "GL", "HR", "LD", "LL", "NP", "SY"), (_W, _E)),
}
_ENGLISH = frozenset((
    "AL", "B", "BA", "BB", "BD", "BH", "BL", "BN", "BR", "BS", "CB", "CM", "CO", "CR", "CT", "CV", "CW", "DA",
    "DE", "DH", "DL", "DN", "DT", "DY", "E", "EC", "EN", "EX", "FY", "GU", "HA", "HD", "HG", "HP", "HU", "HX",
    "IG", "IP", "KT", "L", "LA", "LE", "LN", "LS", "LU", "M", "ME", "MK", "N", "NE", "NG", "NN", "NR", "NW",
    "OL", "OX", "PE", "PL", "PO", "PR", "RG", "RH", "RM", "S", "SE", "SG", "SK", "SL", "SM", "SN", "SO", "SP",
    "SR", "SS", "ST", "SW", "TA", "TF", "TN", "TQ", "TR", "TS", "TW", "UB", "W", "WA", "WC", "WD", "WF", "WN",
    "WR", "WS", "WV", "YO",
))
# fmt: on
_POSTCODE = re.compile(r"([A-Z]{1,2})[0-9][0-9A-Z]?(?: ?[0-9][A-Z]{2})?")


def nations_of(postcode: str) -> frozenset[Nation]:
    """The nations a postcode, or its first half, may lie in; empty when it is none of the four nations'."""
    match = _POSTCODE.fullmatch(postcode.strip().upper())
    if not match:
        return frozenset()
    area = match.group(1)
    if area in _BORDER:
        return frozenset(_BORDER[area])
    if area in _ONLY:
        return frozenset({_ONLY[area]})
    return frozenset({_E}) if area in _ENGLISH else frozenset()
