from pathlib import Path

from build_wheels import inputs
from build_wheels.requirements import Parsed, parse
from build_wheels.sources import Form, Source


def test_nested_files_local_folders_and_what_was_looked_for(tmp_path):
    (tmp_path / "requirements").mkdir()
    (tmp_path / "lib").mkdir()
    (tmp_path / "requirements.txt").write_text("-r requirements/base.txt\n./lib\n")
    (tmp_path / "requirements" / "base.txt").write_text("-c pins.txt\nsix\n")
    (tmp_path / "requirements" / "pins.txt").write_text("six==1.17.0\n")
    parsed = parse([tmp_path / "requirements.txt"], root=tmp_path, environment={})
    source = Source(form=Form.REQUIREMENTS, files=(Path("requirements.txt"),))
    assert inputs.names(source, parsed, [], root=tmp_path) == (
        "lib",
        "pylock.toml",
        "requirements.txt",
        "requirements/base.txt",
        "requirements/pins.txt",
        "uv.lock",
    )


def test_a_lock_file_has_its_project_beside_it(tmp_path):
    source = Source(form=Form.UV, files=(Path("backend/uv.lock"),))
    assert inputs.names(source, Parsed(), [], root=tmp_path) == (
        "backend/pyproject.toml",
        "backend/uv.lock",
    )
