import json


def version(project):
    answer = project.client().get("/__version__")
    assert answer["Content-Type"] == "application/json"
    return answer.json()


def test_tag_and_revision_of_the_image(project):
    assert version(project) == {
        "source": None,
        "version": "build-42",
        "commit": "0123abcd",
        "build": None,
    }


def test_an_image_that_nobody_named(project):
    project.set(IMAGE_TAG=None, IMAGE_REVISION=None)
    assert version(project) == dict.fromkeys(("source", "version", "commit", "build"))


def test_the_app_s_own_file_wins(project):
    own = {"commit": "fedc", "build": "https://ci.example.org/7"}
    (project.folder / "version.json").write_text(json.dumps(own))
    project.set(BASE_DIR=project.folder)
    assert version(project) == {"source": None, "version": "build-42", **own}


def test_a_broken_file_is_said_once(project, caplog):
    (project.folder / "version.json").write_text("[1, 2")
    project.set(BASE_DIR=str(project.folder))
    client = project.client()
    for _ in range(2):
        assert client.get("/__version__").json()["version"] == "build-42"
    assert caplog.text.count("version.json in BASE_DIR is no JSON object") == 1
