"""Other languages are told from English, dialects and single borrowed words."""

import pytest

from bot.content.examples import load_topics
from bot.language.foreign import foreign_language
from bot.settings import ROOT


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Mój mąż mnie bije, proszę o pomoc", "pl"),
        ("Rydw i eisiau help, mae hi wedi fy mrifo", "cy"),
        ("meri biwi mujhe roz marti hai, main kya karun", "ur"),
        ("مجھے مدد چاہیے", "ur"),
        ("أحتاج إلى مساعدة", "ar"),
        ("আমার সাহায্য দরকার", "bn"),
        ("ਮੈਨੂੰ ਮਦਦ ਚਾਹੀਦੀ ਹੈ", "pa"),
        ("Soția mea mă lovește și mă tem pentru copii", "ro"),
        ("Waxaan u baahanahay caawimaad, ninkayga waa i garaacaa", "so"),
        ("Preciso de ajuda, o meu marido bate em mim com força", "pt"),
        ("Necesito ayuda, mi marido me golpea y tengo miedo", "es"),
        ("J'ai besoin d'aide, ma femme me frappe", "fr"),
    ],
)
def test_a_language_is_recognised(text: str, code: str) -> None:
    assert foreign_language(text) == code


@pytest.mark.parametrize(
    "text",
    ["wor lass hit us an a divvent knaa wha to dee", "dinnae ken whit tae dae wi ma wean", "bonjour", "mi casa", "my amar",
     "she said no y no", "no no no", "😀😀", "", "c'est la vie she said and slapped me"],
)  # fmt: skip
def test_english_stays_english(text: str) -> None:
    assert foreign_language(text) is None


def test_hardly_any_english_message_is_taken_for_another_language() -> None:
    texts = [e.text for e in load_topics(ROOT / "data/nlu") if e.topic != "interpreter"]
    assert len(texts) > 4000
    assert [text for text in texts if foreign_language(text)] == []
