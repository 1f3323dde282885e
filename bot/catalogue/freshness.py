"""How far a record may be trusted on a given day."""

from datetime import date, timedelta
from enum import StrEnum

from bot.catalogue.records import Catalogue, Policy, Service


class Freshness(StrEnum):
    """A record's state: shown as certain, shown as uncertain, or not shown at all."""

    CURRENT = "current"
    OVERDUE = "overdue"
    EXPIRED = "expired"


def freshness(service: Service, policy: Policy, today: date) -> Freshness:
    """The record's state on a day: overdue after its review date, expired after the policy's grace."""
    due = service.provenance.review_due
    grace = policy.emergency_grace_days if service.emergency_line else policy.grace_days
    if today <= due:
        return Freshness.CURRENT
    return Freshness.OVERDUE if today <= due + timedelta(days=grace) else Freshness.EXPIRED


def overdue(catalogue: Catalogue, today: date) -> int:
    """How many records are past their review date."""
    states = (freshness(service, catalogue.policy, today) for service in catalogue.services)
    return sum(state is not Freshness.CURRENT for state in states)
