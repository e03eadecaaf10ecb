"""The program behind `entrypoint build`."""

from __future__ import annotations

import argparse
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from entrypoint.build import bytecode, layer, serving, static, suite, verbs
from entrypoint.build.environment import build_environment
from entrypoint.errors import EntrypointError, fail
from entrypoint.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator


def main() -> None:
    """Build the app in /app: resolve its verbs, test it, collect static files, compile it."""
    options = _parser().parse_args()
    try:
        _build(options)
    except EntrypointError as error:
        fail(error)
    except (OSError, ValueError) as error:
        fail(EntrypointError(f"the build cannot go on: {error}"))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="entrypoint build", description=main.__doc__)
    tests = parser.add_mutually_exclusive_group()
    tests.add_argument(
        "--test",
        metavar="COMMAND",
        help="the command that runs the tests (default: $TEST_COMMAND, then `test` of "
        "[tool.entrypoint] in pyproject.toml, then pytest where it is configured, then "
        "`manage.py test`)",
    )
    tests.add_argument("--no-test", action="store_true", help="run no tests")
    parser.add_argument(
        "--allow-no-tests", action="store_true", help="go on where there are no tests"
    )
    parser.add_argument(
        "--no-run", action="store_true", help="an image without `run`: do not check that it starts"
    )
    return parser


def _build(options: argparse.Namespace) -> None:
    started = time.time()
    project = Project(os.environ)
    layer.check_writable(project.root)
    layer.remove_wheelhouse(project.root)
    layer.warn_of_secrets(project.root)
    with _step("verbs"):
        declared = verbs.resolve(project)
    with build_environment(os.environ, project) as environ:
        if not options.no_test:
            tests = suite.find(project, os.environ, options.test)
            with _step(f"tests: {tests}"), layer.without_leftovers(project.root):
                suite.run(tests, environ, allow_none=options.allow_no_tests)
        with _step("static files"):
            found = static.probe(project, environ)
            static.build(project, environ, found)
        if not options.no_run:
            with _step("run: can it start?"):
                serving.check(project, environ)
    verbs.save(project, declared, found["secrets"])
    with _step("byte code"):
        bytecode.compile_tree(project.root)
    layer.seal(project.root, since=started)


@contextmanager
def _step(title: str) -> Iterator[None]:
    print(f"==> {title}", flush=True)
    started = time.monotonic()
    yield
    print(f"    {time.monotonic() - started:.1f} s", flush=True)


if __name__ == "__main__":
    main()
