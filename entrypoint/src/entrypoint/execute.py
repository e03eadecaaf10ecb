"""The one module that carries plans out."""

from __future__ import annotations

import os
import sys

from entrypoint.errors import (
    ConfigurationError,
    NotExecutableError,
    NotFoundError,
    WriteError,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import NoReturn

    from entrypoint.plan import Plan


#: How many new objects there are before the first garbage collection of a script: more than the
#: start of a large project makes.
FIRST_COLLECTION = 200_000


def execute(plan: Plan, *, in_container: bool = False) -> None:
    """Carry out a plan: replace this process, or become `python SCRIPT` in it.

    Where hooks come after it, this process stays, passes signals on, and ends with the plan's code.

    Args:
        plan: what to do.
        in_container: this is what the container is for, and not a job beside it (`docker exec`):
            the role's file is written.

    Raises:
        ConfigurationError: the plan's directory cannot be entered.
        WriteError: a path that the plan needs is not writable.
        NotFoundError: the program is not there.
        NotExecutableError: the program cannot be executed.
        HookError: a hook failed.
    """
    for path in plan.writable:
        check_writable(path)
    if in_container and plan.role is not None:
        from entrypoint import role

        role.begin(plan.role, plan.health, os.environ, required=plan.health != ("process",))
    if plan.before or plan.after:
        from entrypoint import children

        children.run_hooks(plan.before, f"before {plan.verb}", waiting=in_container)
        if plan.after:
            sys.exit(children.run_with_after(plan))
    carry_out(plan)


def carry_out(plan: Plan) -> None:
    """Carry out a plan alone, without its hooks."""
    if plan.directory is not None:
        try:
            os.chdir(plan.directory)
        except OSError as error:
            raise ConfigurationError(
                f"cannot enter {plan.directory}: {error.strerror}.",
                "It must be readable for the container's user: any uid in group 0.",
            ) from None
    os.environ.update(plan.variables)
    if not plan.inline:
        replace(plan.argv)
    elif plan.argv[1] == "-m":
        module = __import__(plan.argv[2], fromlist=["main"])
        sys.exit(module.main(plan.argv[3:]))
    else:
        if plan.commands:
            from entrypoint import commands

            commands.offer(plan.commands)
        run_script(plan.argv[1:])


def replace(argv: tuple[str, ...]) -> NoReturn:
    """Replace this process with a program found on PATH."""
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        _exec(argv)
    except FileNotFoundError:
        raise NotFoundError(
            f"{argv[0]} is not installed in this image.",
            f"Add {argv[0]} to the app's requirements and build the image again."
            if argv[0] in ("gunicorn", "celery")
            else "Is the name right, and is it on PATH?",
        ) from None
    except OSError as error:
        raise NotExecutableError(f"{argv[0]} cannot be executed: {error.strerror}.") from None


def _exec(argv: tuple[str, ...]) -> NoReturn:
    """Do what `os.execvp` does, without `warnings`, which it imports first.

    Raises:
        OSError: as of `os.execvp`: the first that is not about a missing file, else the last.
    """
    if os.path.dirname(argv[0]):
        os.execv(argv[0], argv)
    missing: OSError = FileNotFoundError()
    other: OSError | None = None
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        try:
            os.execv(os.path.join(folder, argv[0]), argv)
        except (FileNotFoundError, NotADirectoryError) as error:
            missing = error
        except OSError as error:
            other = other or error
    raise other or missing


def check_writable(path: str) -> None:
    """Check that a declared path is writable.

    Raises:
        WriteError: it is not.
    """
    if os.access(path, os.W_OK | os.X_OK):
        return
    what = "is not writable" if os.path.isdir(path) else "is not there"
    from entrypoint.writable import TMPFS

    option = f"--tmpfs {path}" if path in TMPFS else f"--volume NAME:{path}"
    raise WriteError(
        f"{path} {what} for user {os.geteuid()}.",
        f"Mount it: {option}. A volume has to be writable for group 0.",
    )


def run_script(argv: tuple[str, ...]) -> None:
    """Run a Python script as `__main__` in this interpreter, as `python SCRIPT ARGS…` would.

    `argv[0]` is the script's path relative to the present directory. What the interpreter sets up
    for a script is set up the same way here: sys.argv, sys.path[0], the `__main__` module and
    its attributes; a traceback begins in the script. See "Interface options" in Python's
    documentation, and `pymain_run_file` in CPython's Modules/main.c.
    """
    from importlib.machinery import SourceFileLoader

    path = os.path.abspath(argv[0])
    with open(path, "rb") as file:
        source = file.read()
    code = compile(source, path, "exec", dont_inherit=True)

    sys.argv[:] = argv
    if hasattr(sys, "orig_argv"):
        sys.orig_argv[:] = [sys.executable, *argv]
    if not getattr(sys.flags, "safe_path", False):
        sys.path[0] = os.path.dirname(path)

    for name in [name for name in sys.modules if name.partition(".")[0] == "entrypoint"]:
        del sys.modules[name]
    main = type(sys)("__main__")
    main.__file__ = path
    main.__dict__.update(
        __loader__=SourceFileLoader("__main__", path),
        __builtins__=sys.modules["builtins"],
    )
    if sys.version_info < (3, 15):
        main.__dict__["__cached__"] = None
    if sys.version_info < (3, 14):
        main.__dict__.update(__annotations__={})
    sys.modules["__main__"] = main
    sys.excepthook = _excepthook
    _collect_later()
    exec(code, main.__dict__)  # noqa: S102 - the app's own manage.py


def _collect_later() -> None:
    """Have the first garbage collection when there may be some garbage.

    Django's start makes 100,000 objects and more that stay, and hardly any garbage; to look through
    them again and again takes a tenth of it. The first collection puts things back as they are by
    default, unless the program has set other thresholds meanwhile.
    """
    import gc

    ordinary = gc.get_threshold()
    ours = (FIRST_COLLECTION, *ordinary[1:])

    def put_back(phase: str, _: dict[str, int]) -> None:
        if phase == "stop":
            gc.callbacks.remove(put_back)
            if gc.get_threshold() == ours:
                gc.set_threshold(*ordinary)

    if ordinary[0]:
        gc.callbacks.append(put_back)
        gc.set_threshold(*ours)


def _excepthook(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    """Print an uncaught exception without the frames of the entrypoint that led to the script."""
    script = traceback
    while script is not None and script.tb_frame.f_globals is not sys.modules["__main__"].__dict__:
        script = script.tb_next
    shown = traceback if script is None else script
    sys.__excepthook__(kind, error.with_traceback(shown), shown)
