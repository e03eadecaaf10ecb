"""The logs are of builds that really failed, on a Debian with a compiler and little else."""

from pathlib import Path

import pytest

from build_wheels.diagnosis import diagnose, table
from build_wheels.errors import UnbuildableError, UnreachableError
from build_wheels.resolution_errors import unbuildable

LOGS = Path(__file__).with_name("logs")


@pytest.mark.parametrize(
    ("log", "missing", "packages", "line"),
    [
        ("python-ldap-3.4.8", "lber.h", "libldap2-dev", "fatal error: lber.h"),
        ("mysqlclient-2.1.1", "mysql_config", "default-libmysqlclient-dev", "mysql_config: not"),
        ("mysqlclient-2.3.1", "", "default-libmysqlclient-dev", "valid pkg-config name"),
        ("pycairo-1.29.2", "cairo", "libcairo2-dev", 'Dependency "cairo" not found'),
        ("xmlsec-1.3.17", "", "libxmlsec1-dev pkg-config", "xmlsec1 is not installed"),
        ("lxml-6.1.3", "", "libxml2-dev libxslt1-dev", "libxml2 and libxslt development"),
        ("pillow-13.0.0", "", "libjpeg-dev zlib1g-dev", "could not be found for jpeg"),
        ("pygraphviz-2.0.4", "dot", "graphviz libgraphviz-dev", "Graphviz must be installed"),
        ("orjson-3.6.0", "", "rustc cargo", "Do you have cargo in your PATH?"),
    ],
)
def test_what_a_build_misses(log, missing, packages, line):
    found = diagnose((LOGS / f"{log}.log").read_text())
    assert found.missing == missing
    assert found.packages == tuple(packages.split())
    assert line in found.excerpt
    assert "Traceback" not in found.excerpt
    assert len(found.excerpt.splitlines()) <= 12


@pytest.mark.parametrize(
    ("output", "packages"),
    [
        ("Error: pg_config executable not found.", "libpq-dev"),
        ("c/_cffi_backend.c:15:10: fatal error: ffi.h: No such file or directory", "libffi-dev"),
        ("x.c:1: fatal error: python3.13/magic.h: No such file or directory", "libmagic-dev"),
        ("/usr/bin/ld: cannot find -lsasl2: No such file or directory", "libsasl2-dev"),
        ("No package 'libsystemd' found", "libsystemd-dev"),
        ("error: can't find Rust compiler", "rustc cargo"),
        ("error: command 'gcc' failed: No such file or directory", "build-essential"),
        ("../meson.build:1:0: ERROR: Unknown compiler(s): [['gfortran'], ['flang']]", "gfortran"),
        ("sh: 1: swig: not found", "swig"),
    ],
)
def test_the_usual_suspects(output, packages):
    assert diagnose(output).packages == tuple(packages.split())


def test_a_header_that_nobody_knows():
    error = unbuildable("x 1.0", "a.c:1:1: fatal error: odd/thing.h: No such file or directory")
    assert isinstance(error, UnbuildableError)
    assert str(error).startswith("error: x 1.0 cannot be built: odd/thing.h is missing")
    assert "packages.debian.org" in error.then


def test_a_build_that_fails_for_another_reason():
    error = unbuildable("x 1.0", "line\n" * 50 + "x.c:3:1: error: expected ';'\n")
    assert error.code == 79
    assert "expected ';'" in error.why


def test_build_tools_that_cannot_be_had():
    error = unbuildable(
        "x 1.0",
        "error: Failed to build `x`\n  cause: Failed to resolve requirements from"
        " `build-system.requires`\n  cause: Request failed after 3 retries\n"
        "  cause: Failed to fetch: https://i.example/simple/setuptools/\n  cause: dns error\n",
    )
    assert isinstance(error, UnreachableError)
    assert "the build tools of x 1.0" in error.what


def test_the_table_names_packages():
    for kind, things in table().items():
        for thing, packages in things.items():
            assert packages.split(), (kind, thing)
