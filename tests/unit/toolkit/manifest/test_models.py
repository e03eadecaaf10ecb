import json

import pytest
from pydantic import ValidationError

from toolkit.manifest.models import Manifest, Table


def test_it_is_frozen(read):
    manifest = read("").manifest
    with pytest.raises(ValidationError, match="frozen"):
        manifest.name = "other"
    with pytest.raises(ValidationError, match="frozen"):
        manifest.roles["web"].instances = 2


def test_keys_have_hyphens_alone(problems):
    """A name with _ would be beside the default that the same key has under its own."""
    assert problems("roles.worker.stop_timeout = 600") == [
        "roles.worker.stop_timeout: unknown; did you mean stop-timeout?"
    ]


def test_web(read):
    assert read("").manifest.web.port == 8000
    assert read("roles.worker = {}").manifest.web is None


def test_the_hosts_of_a_role(read):
    manifest = read("""
        deploy.hosts = ["app1", "app2"]
        roles = { web = {}, beat = { hosts = ["app2"] } }
    """).manifest
    assert manifest.hosts_of("web") == ("app1", "app2")
    assert manifest.hosts_of("beat") == ("app2",)
    assert read("").manifest.hosts_of("web") == ()


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("", ["worker", "web", "beat"]),
        (
            "roles = { beat = {}, web = {}, mail = {}, worker = {} }",
            ["mail", "worker", "web", "beat"],
        ),
        ("roles = { mail = {}, worker = {} }", ["mail", "worker"]),
        ("deploy.order = ['web', 'worker']", ["beat", "web", "worker"]),
        ("deploy.order = ['beat', 'web', 'worker']", ["beat", "web", "worker"]),
    ],
)
def test_the_order_of_roles(read, text, order):
    assert [*read(text).manifest.order] == order


@pytest.mark.parametrize("value", ["1", "30", "'1%'", "'25%'", "'100%'"])
def test_how_many_hosts_at_a_time(read, value):
    assert str(read(f"deploy.parallel = {value}").manifest.deploy.parallel) == value.strip("'")


@pytest.mark.parametrize(
    "value", ["0", "-1", "true", "1.5", "'0%'", "'101%'", "'25'", "'025%'", "'%'", "['25%']", "'x'"]
)
def test_how_many_hosts_are_not_at_a_time(problems, value):
    assert problems(f"deploy.parallel = {value}") == [
        'deploy.parallel: expected 1 or more, or a percentage, such as "25%"'
    ]


@pytest.mark.parametrize("value", ["a", "a@", "@b", "a b@c", "a@b_c", "a@b\\nc", "A <a@b>", "-a@b"])
def test_what_is_no_mail_address(problems, value):
    said = "expected a mail address, such as ops@example.org"
    assert problems(f'notify.email = ["{value}"]') == [f"notify.email.0: {said}"]


def tables(model=Table):
    return [each for sub in model.__subclasses__() for each in (sub, *tables(sub))]


@pytest.mark.parametrize("model", tables(), ids=lambda model: model.__name__)
def test_every_key_is_described(model):
    assert model.__doc__
    for name, field in model.model_fields.items():
        assert field.description, name


@pytest.mark.parametrize("model", tables(), ids=lambda model: model.__name__)
def test_every_default_and_example_is_right(model):
    """Defaults are not validated by pydantic."""
    for name, field in model.model_fields.items():
        for value in field.examples or ():
            assert not mistakes(model, field.alias or name, value), (name, value)
        if field.default and not isinstance(field.default, Table) and not field.is_required():
            assert not mistakes(model, field.alias or name, field.default), name


def mistakes(model, name, value):
    try:
        model.model_validate_json(json.dumps({name: value}))
    except ValidationError as error:
        return [each for each in error.errors() if each["loc"][0] == name]
    return []


def test_types_are_strict():
    with pytest.raises(ValidationError) as error:
        Manifest.model_validate_json('{"name": 5, "package": true, "image": 1.5, "roles": []}')
    assert {each["loc"][0] for each in error.value.errors()} == {
        "name",
        "package",
        "image",
        "roles",
    }
