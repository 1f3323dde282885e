"""What each role may do. Everything that is not named here is denied."""

from collections.abc import Iterable

from bot.vocabulary import Permission, StaffRole

_WORKER = frozenset({Permission.TAKE_CHATS, Permission.RAISE_SAFEGUARDING, Permission.LOOK_UP_SERVICES})

ALLOWED: dict[StaffRole, frozenset[Permission]] = {
    StaffRole.WORKER: _WORKER,
    StaffRole.SUPERVISOR: _WORKER | {Permission.SEE_TEAM, Permission.TAKE_OVER, Permission.SEE_NUMBERS},
    StaffRole.EDITOR: frozenset(
        {Permission.SEE_CONTENT, Permission.EDIT_CONTENT, Permission.LOOK_UP_SERVICES, Permission.SEE_NUMBERS}
    ),
    StaffRole.SAFEGUARDING_LEAD: frozenset(
        {
            Permission.SEE_SAFEGUARDING,
            Permission.RAISE_SAFEGUARDING,
            Permission.LOOK_UP_SERVICES,
            Permission.SEE_CONTENT,
            Permission.APPROVE_SAFETY,
        }
    ),
    StaffRole.ADMINISTRATOR: frozenset({Permission.MANAGE_STAFF, Permission.SEE_AUDIT, Permission.SEE_NUMBERS}),
}


def permissions(roles: Iterable[StaffRole]) -> frozenset[Permission]:
    """All that these roles allow together."""
    return frozenset().union(*(ALLOWED[role] for role in roles))
