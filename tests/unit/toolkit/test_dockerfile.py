import pytest

from toolkit import dockerfile

SHORT = """\
FROM django-container/base
ENV APP=antisocial
RUN --mount=type=bind,source=wheelhouse,target=/wheelhouse install-wheels
COPY . /app/
"""


@pytest.mark.parametrize(
    ("text", "image"),
    [
        (SHORT, "django-container/base"),
        ("FROM a\nFROM --platform=linux/amd64 b:1 AS final\n", "b:1"),
        ("# FROM x\nfrom team/base:bookworm\n", "team/base:bookworm"),
        ("RUN true\n", None),
        ("FROM n/base:bookworm AS base\nRUN x\nFROM base\n", "n/base:bookworm"),
        ("ARG S=bullseye\nFROM n/base:${S}\n", "n/base:bullseye"),
        ("ARG S\nFROM n/base:$S\n", "n/base:$S"),
        ("FROM n/base\nRUN echo \\\n from x\n", "n/base"),
    ],
)
def test_the_base_image_is_the_last_stages(text, image):
    assert dockerfile.base_image(text) == image


@pytest.mark.parametrize(
    ("base", "builder"),
    [
        ("django-container/base", "django-container/builder"),
        ("django-container/base:bullseye", "django-container/builder:bullseye"),
        ("localhost:5000/team/base:trixie", "localhost:5000/team/builder:trixie"),
        ("python:3.13-slim", None),
        ("base", None),
    ],
)
def test_the_builder_stands_beside_the_base(base, builder):
    assert dockerfile.builder_image(base) == builder


def test_the_short_form_mounts_the_wheels_from_their_image():
    changed = dockerfile.with_wheelhouse(SHORT, "wheelhouse", "w:antisocial")
    assert changed == SHORT.replace(
        "source=wheelhouse,target=/wheelhouse install-wheels",
        "target=/mnt,from=w:antisocial install-wheels --wheelhouse /mnt",
    )


def test_another_command_finds_the_wheels_where_it_says():
    text = "RUN --mount=type=bind,source=wheelhouse,target=/w pip install -f /w x\n"
    changed = dockerfile.with_wheelhouse(text, "wheelhouse", "w:x")
    assert changed == "RUN --mount=type=bind,target=/w,from=w:x pip install -f /w x\n"


@pytest.mark.parametrize(
    "mount",
    [
        "--mount=type=bind,src=./wheelhouse/,target=/wheelhouse,readonly",
        "--mount=source=wheelhouse,target=/w",
    ],
)
def test_other_spellings_of_the_mount(mount):
    changed = dockerfile.with_wheelhouse(f"RUN {mount} x\n", "wheelhouse", "w:x")
    assert changed is not None
    assert "from=w:x" in changed
    assert "wheelhouse/," not in changed
    assert "source" not in changed


@pytest.mark.parametrize(
    "text",
    [
        "ADD wheelhouse /wheelhouse\n",
        "COPY --chown=app ./wheelhouse/ /wheelhouse\n",
        "COPY requirements.txt wheelhouse /x/\n",
        SHORT + "COPY wheelhouse /again\n",
        "RUN --mount=type=cache,target=/wheelhouse true\n",
        "RUN --mount=type=bind,from=wheels,source=wheelhouse,target=/wheelhouse true\n",
        "COPY . /app/\n",
    ],
)
def test_forms_that_stay_as_they_are(text):
    assert dockerfile.with_wheelhouse(text, "wheelhouse", "w:x") is None


def test_a_folder_of_another_name():
    text = SHORT.replace("source=wheelhouse", "source=wheels")
    assert dockerfile.with_wheelhouse(text, "wheelhouse", "w:x") is None
    assert dockerfile.with_wheelhouse(text, "wheels", "w:x") is not None


def test_what_a_context_leaves_out():
    lines = dockerfile.ignore("*.md\n!README.md\n!.git\n", "wheelhouse").split()
    assert lines[-4:] == ["*.md", "!README.md", "!.git", "wheelhouse"]
    assert lines.index("**/.git") < lines.index("!.git")
    assert "**/.env" in lines
    assert ".venv" not in lines
    assert ".venv" in dockerfile.ignore(None, None).split()
    assert "wheelhouse" not in dockerfile.ignore(None, None).split()


@pytest.mark.parametrize(
    ("text", "before"),
    [
        (SHORT, SHORT),
        ("FROM x\nRUN a", "FROM x\nRUN a\n"),
        ("FROM x\r\nRUN a \\\r\n b\r\n", "FROM x\nRUN a \\\n b\n"),
        ("FROM x\nRUN a \\\n", "FROM x\nRUN a \n"),
        ("FROM x\nRUN a \\  \n\n# c \\\n\n", "FROM x\nRUN a \n\n# c \\\n\n"),
        ("FROM x\nRUN a\\\\", "FROM x\nRUN a\\\\\n"),
        ("FROM x\nRUN a\u2028b", "FROM x\nRUN a\u2028b\n"),
        ("# escape=`\nFROM x\nRUN a `\n", "# escape=`\nFROM x\nRUN a \n"),
        ("# syntax=x\n#ESCAPE = `\nFROM x\nRUN a\\", "# syntax=x\n#ESCAPE = `\nFROM x\nRUN a\\\n"),
        ("# about\n# escape=`\nFROM x\nRUN a\\", "# about\n# escape=`\nFROM x\nRUN a\n"),
        (
            "FROM a AS one\nENV IMAGE_TAG=x\nFROM one\n# end",
            "FROM a AS one\nENV IMAGE_TAG=x\nFROM one\n# end\n",
        ),
    ],
)
def test_variables_are_set_at_the_end(text, before):
    changed = dockerfile.with_environment(text, {"IMAGE_TAG": "b-42", "IMAGE_REVISION": "3f-dirty"})
    assert changed == before + "ENV IMAGE_TAG=b-42 IMAGE_REVISION=3f-dirty\n"


def test_no_variables_change_nothing():
    assert dockerfile.with_environment("FROM x\r\nRUN a \\", {}) == "FROM x\r\nRUN a \\"


@pytest.mark.parametrize("value", ["a b", "$A", 'a"b', "a\nRUN x", ""])
def test_a_value_that_would_be_read_otherwise(value):
    with pytest.raises(ValueError, match="IMAGE_TAG cannot be set"):
        dockerfile.with_environment("FROM x\n", {"IMAGE_TAG": value})
