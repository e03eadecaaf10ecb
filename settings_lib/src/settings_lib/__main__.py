"""What a schema of variables gives: its reference, an example, a check, a JSON Schema.

The schema is that of the settings module that --settings names, or DJANGO_SETTINGS_MODULE, or APP
(APP.settings_docker; APP.$SETTINGS); without any of these, what all apps have in common.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING, NoReturn

from settings_lib.command.documents.example import FORMS, example
from settings_lib.command.documents.json_schema import json_schema
from settings_lib.command.documents.reference import markdown
from settings_lib.command.loading import NoSettingsError, common, declared, module_named
from settings_lib.command.report import check_environment, check_module
from settings_lib.terminal import fitted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from settings_lib.configured import Configured

_EXIT_CODES = (
    "Exit codes: 0; 64 where the usage is wrong, 78 the environment or the settings module."
)


class _Parser(argparse.ArgumentParser):
    """One whose exit code for wrong usage is that of sysexits(3)."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(os.EX_USAGE, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Print a document, or check an environment.

    Args:
        arguments: The command line without the program.
        environ: The environment.

    Returns:
        The exit code.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # the terminal may lack a letter
            stream.reconfigure(errors="replace")
    options = _parser().parse_args(arguments)
    module = options.settings or module_named(environ)
    if options.what == "check":
        report = check_module(module) if module else check_environment(environ)
        print(report.data() if options.json else fitted(report.text(), sys.stdout))
        return report.exit_code()
    try:
        configured = declared(module) if module else common({})
    except NoSettingsError as error:
        print(f"settings_lib: {error}", file=sys.stderr)
        return os.EX_CONFIG
    sys.stdout.write(_document(configured, options, app=configured.app.name if module else ""))
    return os.EX_OK


def _document(configured: Configured, options: argparse.Namespace, app: str) -> str:
    if options.what == "docs":
        return markdown(configured.groups, app)
    if options.what == "example":
        return example(configured, options.format)
    return json.dumps(json_schema(configured), indent=2, ensure_ascii=False) + "\n"


def _parser() -> argparse.ArgumentParser:
    of_all = _Parser(add_help=False)
    of_all.add_argument("--settings", metavar="MODULE", default="", help="the settings module")
    parser = _Parser(prog="python -m settings_lib", description=__doc__, epilog=_EXIT_CODES)
    commands = parser.add_subparsers(dest="what", required=True, metavar="COMMAND")

    def add(name: str, text: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=text, description=text, parents=[of_all])

    add("docs", "The reference of all variables, in Markdown.")
    forms = add(
        "example", "An example environment: what is required is set, the rest stands there."
    )
    forms.add_argument(
        "--format",
        choices=FORMS,
        default="dotenv",
        help="dotenv: .env.example; env-file: docker run --env-file; default: /etc/default/APP",
    )
    check = add("check", "Every problem of this environment at once, and no value.")
    check.add_argument("--json", action="store_true", help="one JSON object, for programs")
    add("schema", "The JSON Schema (2020-12) of the environment.")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
