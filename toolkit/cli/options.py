"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

from toolkit.images import NAMESPACE
from toolkit.root import DEFAULT_SUITE, SUITES

ca_bundle = click.option(
    "--ca-bundle",
    type=click.Path(path_type=Path, exists=True, dir_okay=False, resolve_path=True),
    help="Certificates that build steps trust, on networks that intercept TLS; they stay out of "
    "the image.  [default: $TOOLKIT_CA_BUNDLE, then $SSL_CERT_FILE, then the system's]",
)
suite = click.option(
    "--suite",
    type=click.Choice(SUITES),
    default=DEFAULT_SUITE,
    show_default=True,
    help="The Debian suite; an older one brings an older Python.",
)
namespace = click.option(
    "--namespace",
    default=NAMESPACE,
    show_default=True,
    envvar="TOOLKIT_NAMESPACE",
    show_envvar=True,
    help="What the images' names begin with: a registry and a team.",
)
directory = click.option(
    "--directory",
    "-C",
    type=click.Path(path_type=Path, exists=True, file_okay=False, resolve_path=True),
    default=".",
    help="The app's folder.  [default: this one]",
)
manifest = click.option(
    "--manifest",
    "manifest_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The app's manifest.  [default: DIRECTORY/toolkit.toml, then [tool.toolkit] of "
    "DIRECTORY/pyproject.toml]",
)
wheelhouse = click.option(
    "--wheelhouse",
    default="wheelhouse",
    show_default=True,
    metavar="NAME",
    help="The wheelhouse's folder in the app's folder.",
)
ssh_config = click.option(
    "--ssh-config",
    type=click.Path(path_type=Path, exists=True, dir_okay=False, resolve_path=True),
    envvar="TOOLKIT_SSH_CONFIG",
    show_envvar=True,
    help="OpenSSH's configuration.  [default: the user's own]",
)
hosts = click.option(
    "--host",
    "hosts",
    multiple=True,
    metavar="HOST",
    help="Only this host; several allowed.  [default: all that the manifest names]",
)
roles = click.option(
    "--role",
    "roles",
    multiple=True,
    metavar="ROLE",
    help="Only this role; several allowed.  [default: all]",
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
