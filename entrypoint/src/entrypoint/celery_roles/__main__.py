"""Where Celery's process begins: `celery ARGS…`, with a pulse, and with a lock for beat."""

from __future__ import annotations

import os
import sys

from entrypoint.errors import EntrypointError, NotFoundError, fail

#: What Celery runs again when it restarts itself.
PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "celery")


def main() -> None:
    """Do what `celery ARGS…` does, and end as it ends."""
    sys.argv[0] = PROGRAM
    try:
        _main()
    except EntrypointError as error:
        fail(error)


def _main() -> None:
    try:
        from celery import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
            maybe_patch_concurrency,
        )
    except ModuleNotFoundError as error:
        if error.name != "celery":
            raise
        raise NotFoundError(
            "celery is not installed in this image.",
            "Add celery to the app's requirements and build the image again.",
        ) from None
    # As celery.__main__ does, and before anything that gevent or eventlet would have to patch.
    maybe_patch_concurrency()

    if "beat" in sys.argv:
        from entrypoint.celery_roles import beat

        beat.install()
    else:
        from entrypoint.celery_roles import worker

        worker.install()

    from celery.bin.celery import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
        main as celery,
    )

    sys.exit(celery())


if __name__ == "__main__":
    main()
