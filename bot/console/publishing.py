"""An editor's changes on their way: seen, tried out, approved, published, and gone back from."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps

from aiohttp import web

from bot.console.access import needs
from bot.console.content import library, own_draft
from bot.console.forms import fields, several
from bot.console.keys import CLOCK, NEWSROOM, Handler, log, me
from bot.console.missing import Missing
from bot.console.rendering import page
from bot.editor.differences import Changed, approval, differences, grouped, named
from bot.editor.drafts import Draft, State
from bot.editor.items import Sensitivity
from bot.editor.judgement import Weight
from bot.editor.library import Library
from bot.editor.publishing import Publisher
from bot.errors import ContentError
from bot.vocabulary import Permission

_MOST_CHARACTERS = 500
NOT_AS_SEEN = "These changes are not as you saw them any more. Look at them again first."
NOT_ASKED = "The author took these changes back to go on with them. You will be asked again when they are done."
BY_OTHERS = "Others changed the same: first it must be settled whose words stay."
_ID = "{id:[0-9a-f]{16}}"
_COMMIT = "{commit:[0-9a-f]{7,40}}"


def _draft(request: web.Request) -> Draft:
    try:
        return request.app[NEWSROOM].drafts.get(request.match_info["id"])
    except ContentError as error:
        raise Missing(
            title="This change set is not there",
            text="Nobody has a change set of this name. Those that are open or wait for a yes are found from My changes.",
            onward=("/content/changes", "My changes"),
        ) from error


def _on_a_draft(act: Callable[[web.Request, Draft], Awaitable[web.StreamResponse]]) -> Handler:
    """Do something to a change set. When it can't be done, for it ended or was changed meanwhile, its page says why."""

    @wraps(act)
    async def handler(request: web.Request) -> web.StreamResponse:
        draft = _draft(request)
        try:
            if draft.ended:
                raise ContentError([draft.ended])
            return await act(request, draft)
        except ContentError as error:
            return await _page(request, _draft(request), problems=tuple(error.problems), status=409)

    return handler


async def _changes(request: web.Request, draft: Draft) -> tuple[list[Changed], dict[str, str]]:
    """What a change set would change in the newest version, and the names of the files where others changed the same."""
    _, conflicts = request.app[NEWSROOM].publisher.merge(draft.texts, base=draft.base)
    before, after = await library(request), await library(request, draft)
    return differences(before, after), {path: named(path, before) for path in conflicts}


def _may_approve(request: web.Request, draft: Draft, weight: Sensitivity) -> bool:
    """Another person than the author; for what is critical to safety, the safeguarding lead."""
    who = me(request)
    if who.account.name == draft.author:
        return False
    lead = who.may(Permission.APPROVE_SAFETY)
    return lead or (weight is not Sensitivity.SAFETY_CRITICAL and who.may(Permission.EDIT_CONTENT))


async def _page(
    request: web.Request, draft: Draft | None, *, problems: tuple[str, ...] = (), status: int = 200
) -> web.Response:
    changes, conflicts = await _changes(request, draft) if draft and not draft.ended else ([], {})
    weight = approval(changes)
    newsroom, name = request.app[NEWSROOM], me(request).account.name
    mine = draft is not None and draft.author == name
    reason, text = await fields(request, "reason", "text") if request.method == "POST" else ("", "")
    return page(
        request, "changes.html", status=status, draft=draft, grouped=grouped(changes), weight=weight, conflicts=conflicts,
        mine=mine, may_approve=draft is not None and _may_approve(request, draft, weight), problems=problems,
        others=[one for one in newsroom.drafts.all(State.WAITING) if one.author != name],
        progress=newsroom.publishing.progress(), weights=Weight, states=State, sensitivities=Sensitivity,
        reason=reason or (draft.reason if draft else ""), typed=(reason or text) if draft and draft.ended else "",
    )  # fmt: skip


@needs(Permission.SEE_CONTENT)
async def changes_page(request: web.Request) -> web.StreamResponse:
    """GET /content/changes: one's own."""
    return await _page(request, own_draft(request))


@needs(Permission.SEE_CONTENT)
async def draft_page(request: web.Request) -> web.StreamResponse:
    """GET /content/changes/{id}: somebody's."""
    return await _page(request, _draft(request))


@needs(Permission.EDIT_CONTENT)
@_on_a_draft
async def try_out(request: web.Request, draft: Draft) -> web.StreamResponse:
    """POST /content/changes/{id}/try"""
    _own(request, draft)
    newsroom = request.app[NEWSROOM]
    texts, _ = newsroom.publisher.merge(draft.texts, base=draft.base)
    newsroom.publishing.try_out(draft.id, texts)
    log(request, "changes tried out", subject=draft.id)
    raise web.HTTPSeeOther("/content/progress")


def _own(request: web.Request, draft: Draft) -> None:
    if draft.author != me(request).account.name:
        raise web.HTTPForbidden


@needs(Permission.EDIT_CONTENT)
@_on_a_draft
async def publish(request: web.Request, draft: Draft) -> web.StreamResponse:
    """POST /content/changes/{id}/publish: at once when nobody else must agree, else it waits for their yes."""
    _own(request, draft)
    [reason] = await fields(request, "reason")
    reason = " ".join(reason.split())[:_MOST_CHARACTERS]
    if not reason:
        return await _page(request, draft, problems=("Say in a few words why: it stands in the history.",), status=400)
    changes, conflicts = await _changes(request, draft)
    if conflicts:
        raise ContentError([BY_OTHERS])
    _check_still(request, draft)
    drafts = request.app[NEWSROOM].drafts
    if approval(changes) is not Sensitivity.ORDINARY:
        drafts.change(draft.id, request.app[CLOCK](), reason=reason, state=State.WAITING)
        log(request, "approval asked", subject=draft.id)
        raise web.HTTPSeeOther("/content/changes")
    draft = drafts.change(draft.id, request.app[CLOCK](), reason=reason)
    _publish(request, draft)
    raise web.HTTPSeeOther("/content/progress")


def _check_still(request: web.Request, draft: Draft) -> None:
    """Raises ContentError when a change set ended or was changed since its weight was judged."""
    now = _draft(request)
    if now.ended or now.changed != draft.changed:
        raise ContentError([now.ended or NOT_AS_SEEN])


def _publish(request: web.Request, draft: Draft, *, approved_by: str = "") -> None:
    """Begin to publish. Raises ContentError when the change set ended meanwhile, or another job runs."""
    newsroom, clock = request.app[NEWSROOM], request.app[CLOCK]
    texts, _ = newsroom.publisher.merge(draft.texts, base=draft.base)
    newest = newsroom.publisher.current().commit
    if draft.base != newest:
        newsroom.drafts.change(draft.id, clock(), texts=texts, base=newest)
    newsroom.publishing.publish(
        draft.id, texts, author=draft.author, reason=draft.reason, approved_by=approved_by or None,
        done=lambda commit: newsroom.drafts.published(draft.id, texts, commit, clock(), approved_by=approved_by),
    )  # fmt: skip
    log(request, "publishing begun", subject=draft.id, detail=f"approved by {approved_by}" if approved_by else "")


@needs(Permission.SEE_CONTENT)
@_on_a_draft
async def approve(request: web.Request, draft: Draft) -> web.StreamResponse:
    """POST /content/changes/{id}/approve: the second person's yes publishes it, as they saw it and not otherwise."""
    [seen] = await fields(request, "seen")
    changes, conflicts = await _changes(request, draft)
    if not _may_approve(request, draft, approval(changes)):
        raise web.HTTPForbidden
    if draft.state is not State.WAITING:
        raise ContentError([NOT_ASKED])
    if conflicts:
        raise ContentError([BY_OTHERS])
    if seen != draft.changed.isoformat():
        raise ContentError([NOT_AS_SEEN])
    _check_still(request, draft)
    _publish(request, draft, approved_by=me(request).account.name)
    raise web.HTTPSeeOther("/content/progress")


@needs(Permission.SEE_CONTENT)
@_on_a_draft
async def send_back(request: web.Request, draft: Draft) -> web.StreamResponse:
    """POST /content/changes/{id}/back: by the author, or with a comment by who was asked."""
    at = request.app[CLOCK]()
    drafts, name = request.app[NEWSROOM].drafts, me(request).account.name
    [text] = await fields(request, "text")
    if name != draft.author and not text.strip():
        return await _page(request, draft, problems=("Say what should be different.",), status=400)
    if text.strip():
        drafts.say(draft.id, name, text[:_MOST_CHARACTERS], at)
    drafts.change(draft.id, at, state=State.OPEN)
    log(request, "changes sent back", subject=draft.id)
    raise web.HTTPSeeOther("/content/changes")


@needs(Permission.SEE_CONTENT)
@_on_a_draft
async def comment(request: web.Request, draft: Draft) -> web.StreamResponse:
    """POST /content/changes/{id}/comment"""
    [text] = await fields(request, "text")
    request.app[NEWSROOM].drafts.say(draft.id, me(request).account.name, text[:_MOST_CHARACTERS], request.app[CLOCK]())
    raise web.HTTPSeeOther(f"/content/changes/{draft.id}")


@needs(Permission.EDIT_CONTENT)
@_on_a_draft
async def take_out(request: web.Request, draft: Draft) -> web.StreamResponse:
    """POST /content/changes/{id}/out: files leave the change set."""
    _own(request, draft)
    request.app[NEWSROOM].drafts.take_out(draft.id, await several(request, "path"), request.app[CLOCK]())
    log(request, "changes taken out", subject=draft.id)
    raise web.HTTPSeeOther("/content/changes")


@needs(Permission.EDIT_CONTENT)
@_on_a_draft
async def settle(request: web.Request, draft: Draft) -> web.StreamResponse:
    """POST /content/changes/{id}/settle: for files that others changed too, `mine` stays or `theirs`."""
    _own(request, draft)
    newsroom = request.app[NEWSROOM]
    merged, conflicts = newsroom.publisher.merge(draft.texts, base=draft.base)
    sent = await request.post()
    mine = {path: draft.texts[path] for path in conflicts if sent.get(path) == "mine"}
    newsroom.drafts.change(
        draft.id, request.app[CLOCK](), texts=merged | mine, base=newsroom.publisher.current().commit
    )
    log(request, "conflicts settled", subject=draft.id)
    raise web.HTTPSeeOther("/content/changes")


@needs(Permission.SEE_CONTENT)
async def progress_page(request: web.Request) -> web.StreamResponse:
    """GET /content/progress"""
    progress = request.app[NEWSROOM].publishing.progress()
    return page(request, "progress.html", progress=progress, weights=Weight)


@needs(Permission.SEE_CONTENT, quiet=True)
async def progress_part(request: web.Request) -> web.StreamResponse:
    """GET /content/progress/part: the same without the page around it, for the page's script."""
    progress = request.app[NEWSROOM].publishing.progress()
    return page(request, "progress_part.html", progress=progress, weights=Weight)


@needs(Permission.SEE_CONTENT)
async def history_page(request: web.Request) -> web.StreamResponse:
    """GET /content/history"""
    return page(request, "history.html", releases=request.app[NEWSROOM].publisher.history()[:100])


@needs(Permission.SEE_CONTENT)
async def release_page(request: web.Request) -> web.StreamResponse:
    """GET /content/history/{commit}: what a version changed, and the way back to it."""
    return await _release(request)


async def _release(request: web.Request, *, problems: tuple[str, ...] = (), status: int = 200) -> web.Response:
    publisher, commit = request.app[NEWSROOM].publisher, request.match_info["commit"]
    releases = publisher.history()
    number = next((n for n, one in enumerate(releases) if one.commit == commit), None)
    if number is None:
        raise _unknown_version()
    before = [one.commit for one in releases[number + 1 :][:1]]
    changes = await asyncio.to_thread(_between, publisher, before[0], commit) if before else []
    return page(
        request, "release.html", status=status, release=releases[number], current=number == 0,
        grouped=grouped(changes), problems=problems,
    )  # fmt: skip


def _unknown_version() -> Missing:
    return Missing(
        title="There is no such version",
        text="The history does not hold it, so nothing was changed. Every version that can be gone back to stands in History.",
        onward=("/content/history", "History"),
    )


def _between(publisher: Publisher, before: str, after: str) -> list[Changed]:
    return differences(Library(publisher.tree(before)), Library(publisher.tree(after)))


@needs(Permission.EDIT_CONTENT)
async def go_back(request: web.Request) -> web.StreamResponse:
    """POST /content/history/{commit}: make this version the newest again."""
    [reason] = await fields(request, "reason")
    commit, newsroom = request.match_info["commit"], request.app[NEWSROOM]
    if commit not in {one.commit for one in newsroom.publisher.history()}:
        raise _unknown_version()
    try:
        reason = " ".join(reason.split())[:_MOST_CHARACTERS] or "Gone back"
        newsroom.publishing.roll_back(commit, author=me(request).account.name, reason=reason)
    except ContentError as error:
        return await _release(request, problems=tuple(error.problems), status=409)
    log(request, "gone back", subject=commit)
    raise web.HTTPSeeOther("/content/progress")


def add_routes(app: web.Application) -> None:
    routes = app.router
    routes.add_get("/content/changes", changes_page)
    routes.add_get(f"/content/changes/{_ID}", draft_page)
    for name, handler in (
        ("try", try_out), ("publish", publish), ("approve", approve), ("back", send_back), ("comment", comment),
        ("out", take_out), ("settle", settle),
    ):  # fmt: skip
        routes.add_post(f"/content/changes/{_ID}/{name}", handler)
    routes.add_get("/content/progress", progress_page)
    routes.add_get("/content/progress/part", progress_part)
    routes.add_get("/content/history", history_page)
    routes.add_get(f"/content/history/{_COMMIT}", release_page)
    routes.add_post(f"/content/history/{_COMMIT}", go_back)
