"""Which of the languages that people here often speak a message is in, when it is not English."""

import re

# Scripts that tell the language; Urdu is told from Arabic by letters that only it has.
_SCRIPTS = (
    ("bn", re.compile(r"[\u0980-\u09ff]")),
    ("pa", re.compile(r"[\u0a00-\u0a7f]")),
    ("ur", re.compile(r"[\u0679\u067e\u0686\u0688\u0691\u06a9\u06af\u06ba\u06be\u06c1\u06d2]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Small common words of each language that English does not have, or not in such company.
_FOREIGN = {
    "cy": _words("""
        dw dwi rwy rydw mae maen fy yn ddim wedi gwraig gwr gŵr fi gyda oes help eisiau angen mi ydy ydw ofn
        gartref mhlant nghariad hi yr plant
    """),
    "pl": _words("""
        mnie mój moja moje jest się nie żona zona mąż maz bije boję boje pomocy jestem czy mam dzieci ona on
        co jak proszę prosze potrzebuję domu bardzo już
    """),
    "ro": _words("""
        mă ma este soția sotia soțul sotul nu și si sunt bate ajutor copii mea meu frică frica vreau am ce
        pentru casă casa ea el lovește loveste trebuie unde poate
    """),
    "so": _words("""
        waa waxaan xaaskayga ninkayga caawimaad i garaacaa carruurta baqayaa ma aan iyo guriga waxay aniga
        cabsi qof fadlan
    """),
    "pt": _words("""
        minha meu me bate esposa marido mulher não nao estou ajuda medo tenho filhos preciso ela ele uma
        você casa muito com que
    """),
    "es": _words("""
        mi me pega esposa esposo mujer marido no estoy ayuda miedo tengo hijos necesito ella él una casa muy
        con que por favor golpea
    """),
    "fr": _words("""
        ma mon me frappe femme mari je suis aide peur ai enfants besoin elle il une avec que pas les des mes
        chez moi j'ai aidez
    """),
    "ur": _words("""
        meri mera mujhe biwi bivi shohar marti marta hai hain nahi nahin madad bachay bachon ghar darr dar
        lagta karti karta kya mein main raha rahi
    """),
    "pa": _words("""
        meri mera mainu patni vahuti gharwala gharwali mardi marda hai haan nahi madad bacche ghar dar lagda
        kardi karda ki vich
    """),
    "bn": _words("""
        amar amake bou stri shami mare marche ache nai sahajjo bachcha bari bhoy lage kore ki ami amader tar
    """),
    "ar": _words("""
        zawjati zawji tadribuni yadribuni musaada ana khaif atfal bayt la min fi
    """),
}
_ENGLISH = _words("""
    the and to of i you it is that in my me she he they we for on with was are not do have has but so what
    this can how her him his if when just from about no be at or get got help she's he's i'm don't am been
    our out up who why where a an as all would will could should were there then than them us by too please
    hi hello thanks yes
""")
_LEAST = 3
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


def foreign_language(text: str) -> str | None:
    """An ISO 639-1 code of `LANGUAGES`, or None for English, too little to tell, or another language."""
    letters = sum(1 for character in text if character.isalpha())
    for code, script in _SCRIPTS:
        if letters and len(script.findall(text)) >= (2 if code == "ur" else max(3, letters // 2)):
            return code
    words = _WORD.findall(text.casefold().replace("’", "'"))
    if len(words) < _LEAST:
        return None
    best = max(_FOREIGN, key=lambda code: sum(word in _FOREIGN[code] for word in words))
    if len(_FOREIGN[best].intersection(words)) < _LEAST - 1:  # "no no no"
        return None
    foreign = sum(word in _FOREIGN[best] for word in words)
    english = sum(word in _ENGLISH and word not in _FOREIGN[best] for word in words)
    return best if foreign >= _LEAST and foreign > english and foreign * 3 >= len(words) else None


LANGUAGES = tuple(sorted(_FOREIGN))
