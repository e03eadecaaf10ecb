from pathlib import Path

from build_wheels import commands


def test_compile():
    argv = commands.compile_requirements(
        "uv",
        [Path("requirements.txt"), Path("/w/with.txt")],
        python="/ve/bin/python",
        output=Path("/w/pylock.toml"),
        constraints=[Path("/w/c.txt")],
        upgrade=True,
    )
    assert " ".join(argv) == (
        "uv pip compile --quiet --format pylock.toml --no-header --python /ve/bin/python"
        " --output-file /w/pylock.toml --constraints /w/c.txt --upgrade"
        " requirements.txt /w/with.txt"
    )


def test_export():
    argv = commands.export_lock(
        "uv",
        python="/ve/bin/python",
        output=Path("/w/pylock.toml"),
        groups=["prod"],
        no_groups=["dev"],
        extras=["pg", "s3"],
    )
    assert " ".join(argv) == (
        "uv export --quiet --frozen --format pylock.toml --no-header --python /ve/bin/python"
        " --no-emit-project --output-file /w/pylock.toml"
        " --group prod --no-group dev --extra pg --extra s3"
    )


def test_build():
    argv = commands.build_wheel("uv", Path("x.tar.gz"), python="/py", output=Path("/o"))
    assert " ".join(argv) == (
        "uv build --wheel --no-create-gitignore --python /py --out-dir /o x.tar.gz"
    )


def test_git_shows_no_password():
    url = "https://me:pw@h/x.git"
    argvs = commands.git_checkout(url, "c0ffee", Path("/c"))
    assert argvs[1] == ["git", "-C", "/c", "remote", "add", "origin", "https://h/x.git"]
    assert not any("pw" in argument for argv in argvs for argument in argv)
    assert commands.git_credentials(url) == {
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_1": "url.https://me:pw@h/x.git.insteadOf",
        "GIT_CONFIG_VALUE_1": "https://h/x.git",
    }
    assert commands.git_credentials("https://h/x.git") == {}


def test_apt_without_root():
    argv = commands.apt(Path("/w"), "update", ca_bundle=Path("/ca.pem"))
    assert argv[:2] == ["apt-get", "-qq"]
    assert argv[-1] == "update"
    assert "Dir::State::status=/w/status" in argv
    assert "Acquire::https::CaInfo=/ca.pem" in argv
    assert "Debug::NoLocking=1" in argv
