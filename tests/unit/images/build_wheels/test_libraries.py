import zipfile
from pathlib import Path

import pytest

from build_wheels import libraries
from build_wheels.process import Completed

STATUS = """\
Package: libc6
Status: install ok installed
Architecture: amd64

Package: libpq5
Status: install ok installed
Architecture: amd64

Package: libpq-dev
Status: install ok installed
"""


class Answers:
    """A runner that knows the answers."""

    def __init__(self, **answers):
        self.answers = answers
        self.asked = []

    def run(self, argv, **_):
        self.asked.append(argv)
        name = Path(argv[0]).name.replace("-", "_")
        return Completed(returncode=0, output=self.answers[name])


def wheel(path, **files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, contents in files.items():
            archive.writestr(name, contents)
    return path


def made(tmp_path, runner):
    return libraries.Libraries(
        runner=runner, base_packages=frozenset({"libc6"}), work=tmp_path / "w", ca_bundle=None
    )


def test_needs(tmp_path):
    runner = Answers(
        objdump="\n0.so:     file format elf64-x86-64\n\nDynamic Section:\n"
        "  NEEDED               libpq.so.5\n  NEEDED               libc.so.6\n"
        "  NEEDED               libinside.so.1\n  SONAME               x\n",
        ldconfig="2 libs found in cache `/etc/ld.so.cache'\n"
        "\tlibpq.so.5 (libc6,x86-64) => /lib/x86_64-linux-gnu/libpq.so.5\n"
        "\tlibc.so.6 (libc6,x86-64, OS ABI: Linux 3.2.0) => /lib/x86_64-linux-gnu/libc.so.6\n",
        dpkg_query="libc6:amd64: /usr/lib/x86_64-linux-gnu/libc.so.6\n"
        "libpq5:amd64: /usr/lib/x86_64-linux-gnu/libpq.so.5\n",
    )
    file = wheel(
        tmp_path / "p-1-cp313-cp313-linux_x86_64.whl",
        **{"p/_p.so": b"\x7fELF and more", "p/libinside.so.1": "x", "p/x.py": ""},
    )
    assert made(tmp_path, runner).needs(file) == ("libpq5",)
    assert "/usr/lib/x86_64-linux-gnu/libpq.so.5" in runner.asked[-1]
    assert not any("libinside" in argument for argument in runner.asked[-1])


def test_pure_wheels_ask_nobody(tmp_path):
    runner = Answers()
    file = wheel(tmp_path / "p-1-py3-none-any.whl", **{"p.py": "", "short.txt": "x"})
    assert made(tmp_path, runner).needs(file) == ()
    assert runner.asked == []


def test_owners():
    assert libraries.parse_owners(
        "liba:amd64, libb: /usr/lib/x.so\ndiversion by dash from: /bin/sh\n"
    ) == {"liba", "libb"}


@pytest.mark.parametrize("path", ["/lib/x86_64-linux-gnu/none.so", "/usr/lib/x/none.so"])
def test_both_sides_of_the_usr_merge(path):
    found = libraries.aliases(path)
    assert path in found
    other = path[4:] if path.startswith("/usr") else f"/usr{path}"
    assert other in found


def test_the_status_of_the_base():
    kept = libraries.base_status(STATUS, {"libc6"})
    assert "Package: libc6" in kept
    assert "libpq" not in kept


def test_base_packages(tmp_path):
    (tmp_path / "base-packages").write_text("libc6:amd64\ntini\n")
    assert libraries.read_base_packages(tmp_path / "base-packages") == {"libc6", "tini"}


def test_a_deb_is_described_by_its_name(tmp_path):
    file = tmp_path / "libx_2%3a1.0-1+b1_amd64.deb"
    file.write_bytes(b"")
    deb = libraries.deb_of(file)
    assert (deb.name, deb.version) == ("libx", "2:1.0-1+b1")
