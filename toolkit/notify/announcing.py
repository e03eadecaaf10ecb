"""The one call an event: it runs what the manifest has for it, and tells whom it names."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.deploy.events import Ended, Event, Listener, Note, Started
from toolkit.errors import RefusedError
from toolkit.notify import hooks, mail, webhook
from toolkit.notify.errors import NotifyError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from toolkit.manifest import Manifest
    from toolkit.manifest.models import Event as Occasion
    from toolkit.manifest.models import Notify


def announce(
    manifest: Manifest, event: Event, folder: Path, environ: Mapping[str, str], say: Listener
) -> None:
    """Run the hook of an event, and tell whoever wants to know.

    The way back that a failed deploy goes by itself is no event of its own: how it went is what
    the end of the deploy says. That there was nothing to do is none either, nor is a step.

    Args:
        manifest: The app's.
        event: What happened; others than a start and an end are nobody's business here.
        folder: The app's, where hooks run.
        environ: Where the URLs of the mail server and the webhook are, each under the name that
            the manifest gives.
        say: Gets what hooks print, and a note of what could not be done. No note has a secret.

    Raises:
        RefusedError: The hook `start` of a deploy failed. A rollback is not held up by it.
    """
    when = occasion(event)
    if when is None or not isinstance(event, (Started, Ended)):
        return
    _run_hook(manifest, when, event, folder, say)
    if when in manifest.notify.events:
        _tell(manifest.notify, event, environ, say)


def occasion(event: Event) -> Occasion | None:
    """What the manifest calls an event, or None where nobody is told of it."""
    match event:
        case Started(kind="deploy" | "rollback"):
            return "start"
        case Ended(kind="deploy" | "rollback", outcome="succeeded"):
            return "success"
        case Ended(kind="deploy" | "rollback", outcome="failed" | "returned" | "broken"):
            return "failure"
    return None


def _run_hook(
    manifest: Manifest, when: Occasion, event: Started | Ended, folder: Path, say: Listener
) -> None:
    argv: tuple[str, ...] = getattr(manifest.hooks, when)
    if not argv:
        return
    try:
        hooks.run(argv, hooks.variables(when, event), folder, say)
    except NotifyError as error:
        if when == "start" and event.kind == "deploy":
            raise RefusedError(
                f"the hook `start` of {event.app} says no: {error}",
                "It is in the manifest, under [hooks]. Nothing was changed.",
            ) from None
        say(Note(text=f"the hook `{when}` failed: {error}"))


def _tell(
    notify: Notify, event: Started | Ended, environ: Mapping[str, str], say: Listener
) -> None:
    """Send mail and call the webhook, at the same time, and wait for neither for ever."""
    senders: list[_Sender] = []
    if notify.email:
        senders.append(
            _Sender(
                what=f"mail (${notify.smtp})",
                send=lambda: mail.send(
                    environ.get(notify.smtp, ""),
                    mail.message(event, sender=notify.email_from, to=notify.email),
                ),
                seconds=mail.TIMEOUT,
            )
        )
    if notify.webhook is not None:
        url = environ.get(notify.webhook, "")
        senders.append(
            _Sender(
                what=f"webhook (${notify.webhook})",
                send=lambda: webhook.post(url, webhook.payload(event)),
                seconds=webhook.TIMEOUT,
            )
        )
    for each in senders:
        each.begin()
    for each in senders:
        if problem := each.problem():
            say(Note(text=f"{each.what}: {problem}"))


@dataclass(kw_only=True)
class _Sender:
    """Something that is sent, in a thread of its own.

    Each wait of a socket has a limit; this is one for all of them together.

    Args:
        what: Its name.
        send: Sends it.
        seconds: How long it may take.
    """

    what: str
    send: Callable[[], None]
    seconds: float
    _thread: threading.Thread = field(init=False)
    _problem: str = field(init=False, default="")

    def begin(self) -> None:
        """Begin to send it."""
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def problem(self) -> str:
        """Wait for it; what is wrong, or nothing."""
        self._thread.join(self.seconds)
        return f"no answer in {self.seconds:g} s" if self._thread.is_alive() else self._problem

    def _run(self) -> None:
        try:
            self.send()
        except NotifyError as error:
            self._problem = str(error)
        except Exception as error:  # noqa: BLE001 - its text may have the URL
            self._problem = f"a defect of the toolkit ({type(error).__name__})"
