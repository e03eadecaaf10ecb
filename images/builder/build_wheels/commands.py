"""The commands that are run, as data. No credential is ever among their arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from build_wheels.redact import without_userinfo

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def compile_requirements(
    uv: str,
    files: Sequence[Path],
    *,
    python: str,
    output: Path,
    constraints: Sequence[Path],
    upgrade: bool,
) -> list[str]:
    """Resolve requirements files into a lock file.

    Args:
        uv: the program.
        files: requirements files, the app's first.
        python: the interpreter to resolve for.
        output: the lock file; what it holds already is preferred.
        constraints: files of versions that hold if the package is needed at all.
        upgrade: whether the newest versions are wanted instead.
    """
    argv = [uv, "pip", "compile", "--quiet", "--format", "pylock.toml", "--no-header"]
    argv += ["--python", python, "--output-file", str(output)]
    for file in constraints:
        argv += ["--constraints", str(file)]
    if upgrade:
        argv.append("--upgrade")
    return [*argv, *map(str, files)]


def export_lock(
    uv: str,
    *,
    python: str,
    output: Path,
    groups: Sequence[str],
    no_groups: Sequence[str],
    extras: Sequence[str],
) -> list[str]:
    """Turn a ``uv.lock`` into a lock file of the standard form, without resolving anything.

    Args:
        uv: the program.
        python: the interpreter that uv may ask.
        output: the lock file.
        groups: dependency groups besides the default ones.
        no_groups: groups to leave out.
        extras: the project's extras to have.
    """
    argv = [uv, "export", "--quiet", "--frozen", "--format", "pylock.toml", "--no-header"]
    argv += ["--python", python, "--no-emit-project", "--output-file", str(output)]
    for option, names in (("--group", groups), ("--no-group", no_groups), ("--extra", extras)):
        for name in names:
            argv += [option, name]
    return argv


def build_wheel(uv: str, source: Path, *, python: str, output: Path) -> list[str]:
    """Build one wheel.

    Args:
        uv: the program.
        source: an sdist or a folder.
        python: the interpreter to build with and for.
        output: the folder for the wheel.
    """
    argv = [uv, "build", "--wheel", "--no-create-gitignore"]
    return [*argv, "--python", python, "--out-dir", str(output), str(source)]


def git_checkout(url: str, commit: str, folder: Path) -> list[list[str]]:
    """Get one commit of a repository.

    Args:
        url: the repository's; credentials go by :func:`git_credentials`.
        commit: the commit's full id.
        folder: an empty folder.
    """
    git = ["git", "-C", str(folder)]
    origin = without_userinfo(url)
    return [
        [*git, "init", "--quiet"],
        [*git, "remote", "add", "origin", origin],
        # All of it: versions made from tags (setuptools-scm) need the history.
        [*git, "fetch", "--quiet", "--tags", "origin", "+refs/heads/*:refs/remotes/origin/*"],
        [*git, "checkout", "--quiet", "--detach", commit],
        [*git, "submodule", "--quiet", "update", "--init", "--recursive"],
    ]


def git_credentials(url: str) -> dict[str, str]:
    """The variables that make git use a URL's credentials without showing them.

    Args:
        url: the repository's.
    """
    bare = without_userinfo(url)
    if bare == url:
        return {}
    return {
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_1": f"url.{url}.insteadOf",
        "GIT_CONFIG_VALUE_1": bare,
    }


def needed_libraries(files: Sequence[Path]) -> list[str]:
    """List the shared libraries that shared objects are linked to.

    Args:
        files: ELF files.
    """
    return ["objdump", "--private-headers", *map(str, files)]


def apt(work: Path, *arguments: str, ca_bundle: Path | None) -> list[str]:
    """An ``apt-get`` that needs no root, for a system that has what the base image has.

    Args:
        work: a folder with ``status``, ``lists/partial`` and ``archives/partial``.
        arguments: the rest of the command.
        ca_bundle: certificates for archives behind TLS.
    """
    options = {
        "Dir::State": work,
        "Dir::State::status": work / "status",
        "Dir::State::lists": work / "lists",
        "Dir::Cache": work,
        "Dir::Cache::archives": work / "archives",
        "Dir::Log": work,
        "Debug::NoLocking": 1,
        "APT::Sandbox::User": "",
        "APT::Install-Recommends": 0,
        "APT::Get::Assume-Yes": 1,
        "Acquire::Retries": 2,
        "Acquire::http::Timeout": 30,
    }
    if ca_bundle:
        options["Acquire::https::CaInfo"] = ca_bundle
    argv = ["apt-get", "-qq"]
    for key, value in options.items():
        argv += ["-o", f"{key}={value}"]
    return [*argv, *arguments]
