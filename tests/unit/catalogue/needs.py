"""Any need a visitor may have, at any minute, for hypothesis."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from bot.catalogue.matching import Need
from bot.catalogue.records import Access, Gender, Medium
from bot.vocabulary import Kind, Level, Nation, Role, Topic

NEEDS = st.builds(
    Need,
    role=st.sampled_from([None, *Role]),
    nation=st.sampled_from([None, *Nation]),
    topics=st.lists(st.sampled_from(Topic), max_size=4).map(tuple),
    kinds=st.frozensets(st.sampled_from(Kind), max_size=4),
    level=st.sampled_from(Level),
    language=st.sampled_from([None, "en", "cy", "pl", ""]),
    channel=st.sampled_from([None, *Medium]),
    gender=st.sampled_from([None, *Gender]),
    about=st.sampled_from([None, *Gender]),
    access=st.frozensets(st.sampled_from(Access), max_size=2),
)
# Until the emergency lines' grace is over; past it the service does not start.
INSTANTS = st.integers(0, 350 * 24 * 60).map(lambda m: datetime(2026, 11, 25, tzinfo=UTC) + timedelta(minutes=m))
