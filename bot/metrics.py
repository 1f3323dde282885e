"""What is counted and timed: numbers by names from closed lists, never a text, an id or an address."""

from prometheus_client import Counter, Gauge, Histogram

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

requests = Counter("fingerpost_requests", "Requests by route and status", ("route", "status"))
request_seconds = Histogram("fingerpost_request_seconds", "How long a request took", ("route",), buckets=_BUCKETS)
messages = Counter("fingerpost_messages", "Messages of visitors by level of danger", ("level",))
message_seconds = Histogram(
    "fingerpost_message_seconds", "How long a message waited for its answer", ("level",), buckets=_BUCKETS
)
screening_seconds = Histogram("fingerpost_screening_seconds", "How long screening a message took", buckets=_BUCKETS)
dialogue_seconds = Histogram("fingerpost_dialogue_seconds", "How long Rasa took to answer", buckets=_BUCKETS)
cues = Counter("fingerpost_cues", "Cues by kind and level of the message", ("kind", "level"))
degraded = Counter("fingerpost_degraded", "Answers given without a part of the service", ("part",))
refused = Counter("fingerpost_refused", "Requests over a rate limit", ("limit",))
not_kept = Counter("fingerpost_not_kept", "What could not be written down for editors", ("part",))
sessions = Counter("fingerpost_sessions", "Sessions by what happened to them", ("state",))
part_up = Gauge("fingerpost_part_up", "1 when a part answered when last asked", ("part",), multiprocess_mode="livemin")
handoffs_waiting = Gauge(
    "fingerpost_handoffs_waiting", "Visitors who wait in the chat for a person", multiprocess_mode="livemax"
)
handoff_wait_seconds = Gauge(
    "fingerpost_handoff_wait_seconds", "The longest wait of those who wait now", ("level",), multiprocess_mode="livemax"
)
services_overdue = Gauge("fingerpost_services_overdue", "Services whose check is overdue", multiprocess_mode="livemax")
