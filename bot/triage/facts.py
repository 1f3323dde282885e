"""What people mention of their lives by the way: where they live, and whether there are children at home."""

import re
from dataclasses import dataclass

from bot.catalogue.postcodes import nations_of
from bot.vocabulary import Nation

# Places that leave no doubt; names that are also people, verbs or lie in two nations are left out.
# fmt: off
_PLACES = {
    Nation.ENGLAND: (
        "england", "london", "birmingham", "manchester", "liverpool", "leeds", "sheffield", "bradford", "bristol",
        "nottingham", "leicester", "coventry", "hull", "newcastle", "sunderland", "middlesbrough", "stoke", "derby",
        "wolverhampton", "plymouth", "southampton", "portsmouth", "brighton", "norwich", "luton", "northampton",
        "milton keynes", "oxford", "cambridge", "york", "doncaster", "barnsley", "rotherham", "huddersfield",
        "wakefield", "oldham", "rochdale", "bolton", "blackpool", "blackburn", "burnley", "stockport", "wigan",
        "exeter", "gloucester", "cheltenham", "swindon", "bournemouth", "ipswich", "peterborough", "grimsby",
        "scunthorpe", "yorkshire", "lancashire", "cornwall", "devon", "somerset", "dorset", "essex", "sussex",
        "norfolk", "suffolk", "cumbria", "northumberland", "county durham", "merseyside", "tyneside", "teesside",
        "midlands",  "hertfordshire", "lincolnshire", "shropshire", "cheshire",
    ),
    Nation.SCOTLAND: (
        "scotland", "glasgow", "edinburgh", "aberdeen", "dundee", "inverness", "stirling", "paisley", "falkirk",
        "dunfermline", "kilmarnock", "greenock", "motherwell", "coatbridge", "livingston", "kirkcaldy", "ayrshire",
        "lanarkshire", "fife", "highlands", "orkney", "shetland", "hebrides", "dumfries", "borders",
        "aberdeenshire", "east kilbride", "clydebank", "elgin", "oban",
    ),
    Nation.WALES: (
        "wales", "cymru", "cardiff", "swansea", "wrexham", "merthyr", "rhondda", "valleys", "llanelli",
        "aberystwyth", "pontypridd", "caerphilly", "bridgend", "barry island", "carmarthen", "haverfordwest", "powys",
        "gwynedd", "anglesey", "ynys mon", "ceredigion", "pembrokeshire", "port talbot", "neath", "llandudno", "rhyl",
    ),
    Nation.NORTHERN_IRELAND: (
        "northern ireland", "n ireland", "belfast", "derry", "londonderry", "lisburn", "newry", "armagh", "omagh",
        "ballymena", "antrim", "enniskillen", "fermanagh", "tyrone", "portadown", "craigavon", "coleraine",
        "county down", "co down",
    ),
}
# fmt: on
_NATION_OF = {place: nation for nation, places in _PLACES.items() for place in places}
_NAMES = "|".join(sorted(map(re.escape, _NATION_OF), key=len, reverse=True))
_LIVES = re.compile(
    rf"(?<!\w)(?P<before>(?:used to|moved|ran|fled|born|grew up|originally|holiday|before)\b[^.,;!?]{{0,25}})?"
    r"(?:\b(?:in|near|outside|around|round|live|(?:i'm|im|we're|i am|we are|writing|ringing|messaging) from)\s+)"
    rf"(?:the\s+)?(?:(?:north|south|east|west|central|inner)\s+)?(?P<place>{_NAMES})(?!\w)"
)
# A place and nothing else, as an answer to where one lives.
_ALONE = re.compile(
    rf"\W*(?:(?:i'm|im|i|we|am|are|live|from|in|near|just|outside|well|um|er|the|north|south|east|west)\W+){{0,4}}(?P<place>{_NAMES})"
    r"(?:\W+(?:mate|way|area|please|pls|thanks|tbh|uk|though|at the moment|now)){0,2}\W*"
)
_POSTCODE = re.compile(r"(?<!\w)([a-z]{1,2}\d[a-z\d]?) ?(\d[a-z]{2})(?!\w)")

_LITTLE = (
    r"(?:kids|children|childer|bairns|weans|weens|wains|wee ones|wee yins|little ones|littl'uns|babies|toddlers|"
    r"baby|toddler|bairn|wean|newborn|little (?:girl|boy|lad|lass)|kid)"
)
_AGED = r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen)[- ]?(?:year|yr|month|week|mth)s?[- ]?old"
_HAVE = re.compile(
    rf"(?<!\w)(?:my|our|wor|oor|me|the|his|her|their|both|a|\d|two|three|four|five|with|have|got|have got)\s+(?:own\s+)?"
    rf"(?:two |three |four |five |\d |young |wee |small |little )?{_LITTLE}(?!\w)(?!['’]?s? (?:services|home))|(?<!\w){_AGED}(?!\w)"
)
_HAVE_NOT = re.compile(
    r"(?<!\w)(?:no|not got|without|never had|don't have|dont have|haven't got|havent got|don't have any|dont have any|"
    r"we've no|weve no|there are no|there's no|theres no|aint got)\s+(?:any\s+)?(?:kids|children|bairns|weans|wains|little ones)(?!\w)"
)
_CHILDHOOD = re.compile(
    r"(?<!\w)(?:as|when (?:i|we|he|she|they) (?:was|were)|like)(?: \w+)? (?:kids?|children|a kid|a child|little)(?!\w)"
)


# What may stand beside a fact without saying anything more.
_BESIDE = frozenset(
    """
    yes yeah yep aye no a an the and or of in at by i im i'm ive i've we we're we've weve he he's she she's they they've
    theyve there there's theres is are have has got live lives my our his her their with both two three four five one six
    seven eight nine ten old aged age year years month months boy boys girl girls son sons daughter daughters
    """.split()  # noqa: SIM905  # words are read more easily than a list of them
)
_WORD = re.compile(r"[a-z']+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What was mentioned; None where nothing was. alone: the message says nothing else."""

    nation: Nation | None = None
    children: bool | None = None
    alone: bool = False


def mentioned(text: str) -> Facts:
    """Read a message. Where it lives: the last place named as one's own wins over those left behind."""
    words = text.casefold().replace("’", "'")
    place = _ALONE.fullmatch(words)
    nation, children = _NATION_OF[place["place"]] if place else _nation(words), _children(words)
    if nation is None and children is None:
        return Facts()
    rest = "" if place else _HAVE.sub(" ", _HAVE_NOT.sub(" ", _LIVES.sub(" ", words)))
    return Facts(nation=nation, children=children, alone=_BESIDE.issuperset(_WORD.findall(rest)))


def _nation(words: str) -> Nation | None:
    found = [_NATION_OF[m["place"]] for m in _LIVES.finditer(words) if not m["before"]]
    for postcode in _POSTCODE.finditer(words):
        possible = nations_of(f"{postcode[1]} {postcode[2]}".upper())
        if len(possible) == 1:
            found += possible
    return found[-1] if found else None


def _children(words: str) -> bool | None:
    if _HAVE_NOT.search(words):
        return False
    present = _CHILDHOOD.sub(" ", words)
    return True if _HAVE.search(present) else None
