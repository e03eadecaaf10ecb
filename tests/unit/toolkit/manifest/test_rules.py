import pytest

from toolkit.manifest import rules


def test_nothing_is_wrong(read):
    read("""
        roles.web = {instances = 3, port = 65533, options = ["--env=A"]}
        roles.worker-1 = {}
        roles.worker = {}
        env.clear.A = "1"
        deploy.order = ["web", "worker-1"]
    """)
    read("targets = ['systemd']\nroles.web.surge-port = 80")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("env.clear.A = ''\nenv.secret = ['B', 'A']", "env.clear.A: env.secret has it too"),
        (
            "proxy = {port = 443, tls = {certificate = '/a', key = '/b'}}",
            "proxy.port: 443 is for https, and this one is for http",
        ),
        ("roles.web = {port = 79, instances = 2}", "roles.web.port: nginx has 80"),
        (
            "registration = {kind = 'consul', consul = '10.0.0.1:8500'}",
            "registration.consul: each host asks its own agent, such as 127.0.0.1:8500",
        ),
        (
            "roles.web.options = ['ubuntu']",
            "roles.web.options: ubuntu is neither an option nor one's value",
        ),
        ("roles.web.options = ['-it']", "roles.web.options: docker-runner sets -it by itself"),
        ("roles.worker.address = '10.0.0.5'", "roles.worker.address: web alone has one"),
        (
            "targets = ['nginx']\nroles.web.address = '10.0.0.5'",
            "roles.web.address: nginx on the same host asks 127.0.0.1; leave it out",
        ),
        (
            "targets = ['proxy', 'nginx']",
            "targets: nginx and proxy make the same site; name one of them",
        ),
        ("env.clear.SECRET_KEY = 'x'", "env.clear.SECRET_KEY: env.secret has it too"),
        ("roles.worker.port = 1", "roles.worker.port: web alone has one"),
        ("roles.worker.drain = 0", "roles.worker.drain: web alone has one"),
        ("roles.worker.surge-port = 1", "roles.worker.surge-port: web alone has one"),
        *(
            (
                f"roles.{name} = {{}}",
                f"roles.{name}: deploys have a container that is called so; "
                "call the role otherwise",
            )
            for name in ("web-surge", "web-canary", "release")
        ),
        (
            "roles.web = {instances = 2, surge-port = 8001}",
            "roles.web.surge-port: an instance of web has 8001",
        ),
        ("roles.web.surge-port = 80", "roles.web.surge-port: nginx has 80"),
        ("proxy.port = 18000", "roles.web.surge-port: nginx has 18000"),
        (
            "roles = {web = {}, mail = {}}\ndeploy.order = ['web', 'worker']",
            "deploy.order: there is no role worker; there are web, mail",
        ),
        ("deploy.order = ['web', 'beat', 'web']", "deploy.order: web is there 2 times"),
        (
            "roles.web = {port = 65534, instances = 3}",
            "roles.web.port: there are not 3 from it on",
        ),
        (
            "roles.worker.instances = 2\nroles.worker-2 = {}",
            "roles.worker-2: an instance of worker is called so",
        ),
        (
            "roles.web = {port = 9000, instances = 2}\nroles.web-9001 = {}",
            "roles.web-9001: an instance of web is called so",
        ),
        (
            "roles.web.instances = 2\nroles.web-8000={}",
            "roles.web-8000: an instance of web is called so",
        ),
        *(
            (
                f"roles.web.options = ['--volume', '/a:/b', '{option}=geheim']",
                f"roles.web.options: docker-runner sets {option} by itself",
            )
            for option in rules.RUNNERS
        ),
    ],
)
def test_what_is_wrong(problems, text, problem):
    assert problems(text) == [problem]


def test_it_is_told_beside_what_the_models_tell(problems):
    text = """
        domains = 5
        roles.worker = {port = "x", cpus = 0, options = ["--rm", 5]}
        roles."a b".drain = 1
    """
    assert problems(text) == [
        "domains: expected a list",
        'roles."a b".drain: web alone has one',
        'roles."a b": expected a lower-case word, such as worker',
        "roles.worker.cpus: expected more than 0",
        "roles.worker.options.1: expected text in quotation marks",
        "roles.worker.options: docker-runner sets --rm by itself",
        "roles.worker.port: expected a whole number",
        "roles.worker.port: web alone has one",
    ]


@pytest.mark.parametrize("value", [None, 5, "x", [], [5], {}, {"web": 5}, {"web": {"options": 5}}])
def test_what_is_of_a_wrong_type_is_passed_over(value):
    assert not [*rules.broken({"roles": value, "env": value})]
    assert not [*rules.broken({"roles": {"web": {"port": value, "instances": value}}})]


def test_a_huge_number_takes_no_time():
    huge = {"roles": {"web": {"instances": 10**4_000, "port": 10**4_000}}}
    assert not [*rules.broken(huge)]
