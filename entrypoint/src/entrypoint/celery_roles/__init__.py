"""Celery's worker and beat as roles: `health` can feel their pulse, and beat is a singleton.

`python -m entrypoint.celery_roles ARGS…` is `celery ARGS…` with that added, in Celery's own
process. Everything here is imported there alone, beside the app, whose Celery it is.
"""
