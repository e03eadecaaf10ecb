"""Django's management commands, through the app's own manage.py."""

from __future__ import annotations

import os

from entrypoint.plan import Plan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from entrypoint.project import Project


def plan_manage(args: tuple[str, ...], environ: Mapping[str, str], project: Project) -> Plan:  # noqa: ARG001
    """Run `python manage.py ARGS…`, in the interpreter that is running already."""
    directory, script = os.path.split(project.manage_py())
    return Plan(
        ("python", script, *args),
        directory=directory,
        variables=project.variables(),
        inline=True,
    )


def plan_migrate(args: tuple[str, ...], environ: Mapping[str, str], project: Project) -> Plan:
    """Run `manage.py migrate --noinput` under a lock, so that one of many containers applies.

    Where nothing is pending it is over at once. Otherwise the database has a lock, for which
    MIGRATE_TIMEOUT seconds (600) are waited; who has it is told. `--plan` and `--check` need none.
    The command is the app's own, where it has one; `manage migrate` is Django's, with no lock.
    """
    if environ.get("MIGRATE_TIMEOUT"):
        from entrypoint.seconds import seconds

        seconds(environ, "MIGRATE_TIMEOUT", 0)  # asked here, where a wrong one is told at once
    plan = plan_manage(("migrate", "--noinput", *args), environ, project)
    plan.commands = ("migrate",)
    return plan


def plan_collectstatic(args: tuple[str, ...], environ: Mapping[str, str], project: Project) -> Plan:
    """Run `manage.py collectstatic --noinput`."""
    return plan_manage(("collectstatic", "--noinput", *args), environ, project)


def plan_compress(args: tuple[str, ...], environ: Mapping[str, str], project: Project) -> Plan:
    """Run django-compressor's `manage.py compress`."""
    return plan_manage(("compress", *args), environ, project)


def plan_shell(args: tuple[str, ...], environ: Mapping[str, str], project: Project) -> Plan:
    """Run `manage.py shell`."""
    return plan_manage(("shell", *args), environ, project)


def plan_dbshell(args: tuple[str, ...], environ: Mapping[str, str], project: Project) -> Plan:
    """Run `manage.py dbshell`."""
    return plan_manage(("dbshell", *args), environ, project)


def plan_test(args: tuple[str, ...], environ: Mapping[str, str], project: Project) -> Plan:
    """Run `manage.py test`."""
    return plan_manage(("test", *args), environ, project)
