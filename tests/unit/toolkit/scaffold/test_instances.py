import shlex

import pytest

from toolkit.scaffold.instances import address, env_file, instances, options


def names(manifest, host=""):
    return [(each.role, each.name, each.job, each.port) for each in instances(manifest, host)]


def test_one_of_each(manifest):
    assert names(manifest()) == [
        ("web", "antisocial-web", "antisocial", 8000),
        ("worker", "antisocial-worker", "antisocial-worker", None),
        ("beat", "antisocial-beat", "antisocial-beat", None),
    ]


def test_several(manifest):
    text = "roles.web = {instances = 2, port = 9000}\nroles.sendalerts = {instances = 2}"
    assert names(manifest(text)) == [
        ("web", "antisocial-web-9000", "antisocial-9000", 9000),
        ("web", "antisocial-web-9001", "antisocial-9001", 9001),
        ("sendalerts", "antisocial-sendalerts-1", "antisocial-sendalerts-1", None),
        ("sendalerts", "antisocial-sendalerts-2", "antisocial-sendalerts-2", None),
    ]


@pytest.mark.parametrize(
    ("host", "roles"),
    [
        ("", ["web", "worker", "beat"]),
        ("app1", ["web", "worker", "beat"]),
        ("app2", ["web", "beat"]),
        ("app3", ["beat"]),
    ],
)
def test_of_a_host(manifest, host, roles):
    text = "roles = {web = {hosts = ['app1', 'app2']}, worker = {hosts = ['app1']}, beat = {}}"
    assert [each.role for each in instances(manifest(text), host)] == roles


@pytest.mark.parametrize(
    ("host", "roles"),
    [
        ("", ["web", "worker", "beat"]),
        ("app1", ["web", "worker"]),
        ("app2", ["web", "beat"]),
        ("x", []),
    ],
)
def test_of_a_host_where_roles_name_none(manifest, host, roles):
    text = (
        "deploy.hosts = ['app1', 'app2']\n"
        "roles = {web = {}, worker = {hosts = ['app1']}, beat = {hosts = ['app2']}}"
    )
    assert [each.role for each in instances(manifest(text), host)] == roles


def test_every_container_has_a_name_a_job_and_a_port_of_its_own(manifest):
    text = "\n".join(
        f"roles.{name}.instances = 3" for name in ("web", "worker", "web-2", "worker-x")
    )
    there = [*instances(manifest(text))]
    assert len({each.name for each in there}) == len({each.job for each in there}) == 12
    assert len({each.port for each in there if each.port}) == 3


def test_how_long_an_init_waits(manifest):
    text = "roles = {web = {drain = 20, stop-timeout = 40}, worker = {}, beat = {}}"
    assert [each.kill_after for each in instances(manifest(text))] == [75, 315, 50]
    assert [each.drain for each in instances(manifest(text))] == [20, 0, 0]


def test_the_options(manifest):
    text = """
        roles.web = {memory = "1g", cpus = 2, env = {A = "x"}, options = ["--volume", "/a:/b"]}
        proxy.keepalive = 30
    """
    app = manifest(text)
    (web,) = instances(app)
    assert shlex.join(options(web, app)) == (
        "--publish 127.0.0.1:8000:8000 "
        "--env PORT=8000 --env DRAIN_SECONDS=10 --env WEB_KEEPALIVE=30 "
        "--memory 1g --cpus 2 --stop-timeout 35 --env-file /etc/default/antisocial-web.env "
        "--volume /a:/b"
    )


def test_the_options_of_a_worker(manifest):
    app = manifest("roles.worker.cpus = 0.5")
    (worker,) = instances(app)
    assert options(worker, app) == ("--cpus", "0.5", "--stop-timeout", "300")


def test_an_option_is_one_word_for_docker_runner(manifest):
    """It splits EXTRA at blanks, and knows no quotes."""
    app = manifest("""roles.web = {options = ["--label=a='$b*\\\\"], env = {A = 'x y'}}""")
    (web,) = instances(app)
    assert not any(" " in word for word in options(web, app))


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        (["systemd", "nginx"], "127.0.0.1:"),
        (["systemd"], "127.0.0.1:"),
        (["systemd", "proxy"], ""),
        (["systemd", "registration"], ""),
    ],
)
def test_where_webs_ports_are(manifest, targets, expected):
    assert address(manifest(f"targets = {targets}")) == expected


def test_files_of_variables():
    assert env_file("antisocial") == "etc/default/antisocial.env"
    assert env_file("antisocial", "web") == "etc/default/antisocial-web.env"
