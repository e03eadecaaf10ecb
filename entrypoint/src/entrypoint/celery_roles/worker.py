"""The worker's pulse, and its size where nobody says another."""

from __future__ import annotations

import logging
import os

from celery import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
    bootsteps,
    signals,
)

from entrypoint import lines
from entrypoint.celery_roles.pulse import BROKER, INTERVAL, Pulse
from entrypoint.sizing import worker_concurrency

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: What a worker that is ending waits for.
TASKS = "its tasks to end: it is stopping"


def install() -> None:
    """Have the worker that this process will be send its pulse."""
    # Celery keeps weak references to handlers; functions of a module stay.
    signals.celeryd_init.connect(set_size)
    signals.worker_init.connect(add_step)
    signals.worker_shutting_down.connect(say_end)


def set_size(conf: Any, options: Any, **_: Any) -> None:  # noqa: ANN401 - Celery has no types
    """Let the container's size decide, where neither an option nor a setting of the app's does."""
    if not options.get("concurrency") and not conf.worker_concurrency:
        conf.worker_concurrency = worker_concurrency(os.environ)


def add_step(sender: Any, **_: Any) -> None:  # noqa: ANN401
    """Have a worker's consumer send its pulse; it waits for the broker from now on."""
    sender.app.steps["consumer"].add(PulseStep)
    PulseStep.pulse = Pulse(sender.app.connection_for_read, busy=lambda: _is_busy(sender))
    PulseStep.pulse.wait_for(BROKER)
    if lines.is_json(os.environ):
        from celery.apps import worker  # type: ignore[import-untyped,import-not-found,unused-ignore]

        worker.safe_say = say_json


def say_end(**_: Any) -> None:  # noqa: ANN401
    """Say that the worker is ending: its loop stands still, and its last tasks may take long."""
    if PulseStep.pulse is not None:
        PulseStep.pulse.end(TASKS)


def say_json(text: str, *_: Any) -> None:  # noqa: ANN401
    """Say, as a line of JSON, what Celery says in a signal's handler: so, without a logger.

    See `celery.apps.worker.safe_say`.
    """
    record = logging.makeLogRecord({"name": __name__, "levelname": "INFO", "msg": text})
    try:
        os.write(1, (lines.JsonFormatter().format(record) + "\n").encode())
    except OSError:
        pass


def _is_busy(worker: Any) -> bool:  # noqa: ANN401
    """Return whether a task runs in the worker's own loop, which then stands still.

    As long as the task takes: Celery has time limits for tasks, and a process of the prefork pool
    may take as long too.
    """
    from celery.concurrency.solo import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
        TaskPool,
    )
    from celery.worker import state  # type: ignore[import-untyped,import-not-found,unused-ignore]

    return isinstance(worker.pool, TaskPool) and bool(state.active_requests)


class PulseStep(bootsteps.StartStopStep):  # type: ignore[misc,unused-ignore]
    """The consumer's last step before its loop: from here on it is connected and gets tasks.

    The consumer stops its steps when it has lost the broker, and starts them again when it has
    found it: https://docs.celeryq.dev/en/stable/userguide/extending.html#consumer
    """

    requires = ("celery.worker.consumer.tasks:Tasks",)

    pulse: Pulse | None = None

    def __init__(self, consumer: Any, **options: Any) -> None:  # noqa: ANN401
        super().__init__(consumer, **options)
        self._timer: Any = None

    def start(self, consumer: Any) -> None:  # noqa: ANN401
        """Send a first heartbeat, and others from the loop."""
        pulse = self.pulse
        if pulse is None:
            return
        pulse.beat()
        pulse.watch()
        if consumer.hub is not None:
            # The timer is the event loop's own.
            self._timer = consumer.timer.call_repeatedly(INTERVAL, pulse.beat)
        else:
            # The timer has a thread (or a greenlet) of its own, and what it gives to the consumer
            # is called by the loop, which looks at least every 2 s.
            self._timer = consumer.timer.call_repeatedly(
                INTERVAL, consumer.call_soon, (pulse.beat,)
            )

    def stop(self, consumer: Any) -> None:  # noqa: ANN401, ARG002
        """Say what the worker waits for now: the broker, or its own end."""
        from celery.worker import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
            state,
        )

        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self.pulse is None:
            return
        # None or False, or the exit code, of which 0 is one.
        if all(
            flag is None or flag is False for flag in (state.should_stop, state.should_terminate)
        ):
            self.pulse.wait_for(BROKER)
        else:
            self.pulse.end(TASKS)
