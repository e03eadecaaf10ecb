"""What apps declare, and what is said of what they declare wrongly: everything at once."""

import pytest

from entrypoint import declarations, table
from entrypoint.errors import ConfigurationError
from entrypoint.project import Project

RIGHT = """
[tool.entrypoint.verbs]
prune = "clearsessions --verbosity 0"

[tool.entrypoint.verbs.sendalerts]
manage = ["sendalerts", "--loop"]
help = "send alerts, for ever"
role = true
health = { heartbeat = 90 }
stop = { signal = "INT", seconds = 20 }
variables = { TZ = "UTC", WHERE = "{APP}" }
before = "wait database"

[tool.entrypoint.verbs.serve]
argv = ["granian", "--port", "{port}", "{app}.asgi"]
role = "web"
health = { http = true }
settings = false

[tool.entrypoint.verbs.report]
function = "antisocial.jobs:report"

[tool.entrypoint.verbs.mailer]
verb = "worker --queues=mail {*MAILER_OPTIONS}"
role = true

[tool.entrypoint.verbs.tick]
manage = "tick"
role = true
health = { heartbeat = "{TICK_SECONDS:-60}" }

[tool.entrypoint.verbs.webworker]
verb = "run"
health = { http = "{WEB_PORT}" }
stop = { seconds = 90 }

[tool.entrypoint.verbs.run]
before = ["prune", { run = "manage warm --all", when = "WARM", unless = ["COLD"], may-fail = true }]
after = [["exec", "echo", "a b"]]
"""


@pytest.fixture
def declare(app):
    """Resolves the declarations of a pyproject.toml."""

    def resolve(text):
        return declarations.resolve(Project({}, app("manage.py", **{"pyproject.toml": text})))

    return resolve


def problems(error):
    return str(error.value).splitlines()[1:]


def test_what_is_right(declare):
    found = declare(RIGHT)
    assert sorted(found.verbs) == [
        *("mailer", "prune", "report", "sendalerts", "serve", "tick", "webworker"),
    ]
    alerts = found.verbs["sendalerts"]
    assert (alerts.kind, alerts.words) == ("manage", ("sendalerts", "--loop"))
    assert (alerts.role, alerts.health, alerts.stop) == (
        "sendalerts",
        ("heartbeat", "90"),
        ("INT", 20),
    )
    assert alerts.help == "send alerts, for ever"
    assert alerts.sets == {"TZ": "UTC", "WHERE": "{APP}"}
    serve = found.verbs["serve"]
    assert (serve.role, serve.health, serve.settings) == ("web", ("http",), False)
    assert found.verbs["prune"].words == ("clearsessions", "--verbosity", "0")
    assert found.verbs["prune"].role is None
    assert found.verbs["report"].kind == "function"
    mailer = found.verbs["mailer"]
    assert (mailer.kind, mailer.words[0], mailer.role) == ("verb", "worker", "mailer")
    assert (mailer.health, mailer.stop) == ((), ("TERM", 60))
    assert found.verbs["tick"].health == ("heartbeat", "{TICK_SECONDS:-60}")
    webworker = found.verbs["webworker"]
    assert (webworker.role, webworker.health, webworker.stop) == (
        "web",
        ("http", "{WEB_PORT}"),
        ("TERM", 90),
    )
    assert found.hooks["sendalerts"] == (((("wait", "database"), (), (), False),), ())
    before, after = found.hooks["run"]
    assert before == (
        (("prune",), (), (), False),
        (("manage", "warm", "--all"), ("WARM",), ("COLD",), True),
    )
    assert after == ((("exec", "echo", "a b"), (), (), False),)


def test_nothing_declared(declare):
    found = declare("[project]\nname = 'x'\n")
    assert (found.verbs, found.hooks) == ({}, {})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('verbs = "x"', "verbs is not a table of verbs"),
        ("verbs.Prune = 'x'", "verbs.Prune is not a name"),
        ("verbs.prune = 3", "verbs.prune is neither a command nor a table"),
        ("verbs.prune = ''", "verbs.prune.manage is empty"),
        ("verbs.prune = 'it''s'", "malformed"),
        ('verbs.prune = "it\'s"', "cannot be split into words"),
        (r'verbs.prune = "a \u0000"', "cannot be split into words: there is a null"),
        ("verbs.prune = ['a', 1]", "neither a line nor a list of words"),
        ("verbs.prune.help = 'x'", "needs exactly one of manage, argv, function, verb"),
        ("verbs.prune = {manage='a', argv='b'}", "needs exactly one of"),
        (
            "verbs.prune = {manage='a', helth={}}",
            "verbs.prune.helth is no key; did you mean health",
        ),
        ("verbs.prune = {manage='a', health={process=true}}", "health is for roles"),
        ("verbs.prune = {manage='a', stop={}}", "stop is for roles"),
        ("verbs.prune = {manage='a', role=true, health={heartbeat=0}}", "is not a number of seco"),
        ("verbs.prune = {manage='a', role=true, health={beat=1}}", "is not a table with one of"),
        ("verbs.prune = {manage='a', role=true, stop={signal='TRM'}}", "not the name of a signal"),
        (
            "verbs.prune = {manage='a', role=true, stop={seconds=true}}",
            "is not a number of seconds",
        ),
        ("verbs.prune = {manage='a', role='Web'}", "role is neither true nor the name of a role"),
        ("verbs.prune = {manage='a', settings='no'}", "settings is neither true nor false"),
        ("verbs.prune = {manage='a', variables={N=1}}", "variables.N is not a text"),
        ("verbs.prune = {manage='a', variables={'A B'='1'}}", "is not the name of a variable"),
        ("verbs.prune = {function='a.b'}", "is not of the form package.module:function"),
        ("verbs.prune = 'a {prot}'", "has {prot}, which is neither"),
        ("verbs.prune = 'a {'", "brace without its other half"),
        ("verbs.prune = 'a {DB_PASSWORD}'", "puts DB_PASSWORD into an argument list"),
        ("verbs.prune = 'a x{*OPTIONS}'", "has {*OPTIONS}, which may only be a whole word"),
        ("verbs.prune = 'a {*port}'", "has {*port}, which is always one word: {port}"),
        ("verbs.prune = 'a {*DB_PASSWORD}'", "puts DB_PASSWORD into an argument list"),
        ("verbs.prune = {manage='a', variables={N='{*M}'}}", "N has {*M}, which may only be"),
        ("verbs.prune = {manage='a', role=true, health={heartbeat=true}}", "is not a number of s"),
        ("verbs.prune = {manage='a', role=true, health={http='80'}}", "nor a placeholder for one"),
        ("verbs.prune = {verb='workr -Q a'}", "begins with 'workr', which is no verb of every"),
        ("verbs.prune = {verb='migrate', stop={}}", "stop is for roles"),
        ("verbs.migrate = 'x'", "verbs.migrate shadows a verb that every image has"),
        ("verbs.migrate = {help='x'}", "verbs.migrate shadows"),
        ("verbs.run.before = 'prun'", "verbs.run.before begins with 'prun', which is no verb"),
        ("verbs.run.before = 'worker'", "verbs.run.before names worker, a role"),
        ("verbs.health.before = 'help'", "verbs.health has hooks, which health cannot have"),
        ("verbs.run.before = [{runs='x'}]", "verbs.run.before[0] has no run"),
        ("verbs.run.before = [{run='help', when='A B'}]", "when is not the name of a variable"),
        ("verbs.run.before = [{run='help', may-fail=1}]", "may-fail is neither true nor false"),
        ("verbs.migrate.before = 'migrate'", "verbs.migrate comes before or after itself"),
        (
            "verbs.a = {manage='a', before='b'}\nverbs.b = {manage='b', after='a'}",
            "verbs.a comes before or after itself",
        ),
    ],
)
def test_what_is_wrong(declare, text, said):
    with pytest.raises(ConfigurationError) as error:
        declare("[tool.entrypoint]\n" + text)
    assert said in str(error.value)
    assert error.value.exit_code == 78


def test_everything_at_once(declare):
    with pytest.raises(ConfigurationError) as error:
        declare(
            "[tool.entrypoint.verbs]\nrun = 'x'\nA = 'y'\nb = {}\nc = {argv='z', rol=true}\n"
            "b2 = {function='x y'}\n"
        )
    assert len(problems(error)) == 4
    assert "have 4 problems" in str(error.value)


def test_the_table_survives_being_written_down(declare, app, tmp_path):
    found = declare(RIGHT)
    project = Project({}, app("manage.py"))
    path = str(tmp_path / "share" / "verbs")
    table.save(project, found, path)
    again = table.load(project, path)
    assert again.data() == found.data()


def test_a_table_that_will_not_do_is_made_anew(app, tmp_path, capsys):
    path = str(tmp_path / "share" / "verbs")
    project = Project({}, app("manage.py", **{"pyproject.toml": RIGHT}))
    assert "report" in table.load(project, path).verbs
    assert "is not there" in capsys.readouterr().err
    table.save(project, declarations.resolve(project), path)
    assert "report" in table.load(project, path).verbs
    assert capsys.readouterr().err == ""
    app(**{"pyproject.toml": RIGHT.replace("report", "account")})
    assert "account" in table.load(project, path).verbs
    assert "is older than" in capsys.readouterr().err
    for damaged in (b"", b"\0", b"i\1\0\0\0"):
        with open(path, "wb") as file:
            file.write(damaged)
        assert "account" in table.load(project, path).verbs
        assert "is not there" in capsys.readouterr().err


def test_nothing_to_resolve_is_no_warning(app, tmp_path, capsys):
    assert table.load(Project({}, app("manage.py")), str(tmp_path / "none")).verbs == {}
    assert capsys.readouterr().err == ""


def test_pyproject_beside_manage_py(app):
    root = app("src/manage.py", **{"src/pyproject.toml": RIGHT})
    assert "report" in declarations.resolve(Project({}, root)).verbs


@pytest.fixture
def distribution(tmp_path, monkeypatch):
    """Makes a package with an entry point that is installed for the test."""

    def install(name, point, code):
        site = tmp_path / "site"
        info = site / f"{name}-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[{table.GROUP}]\n{point}\n")
        (site / f"{name}.py").write_text(code)
        monkeypatch.setattr(table, "_site", lambda: str(site))
        monkeypatch.syspath_prepend(str(site))

    return install


def test_packages_add_verbs(declare, distribution):
    distribution("pack_one", "purge = pack_one:purge", 'def purge(args):\n    """Purge it."""\n')
    verb = declare("").verbs["purge"]
    assert (verb.kind, verb.words, verb.help) == ("function", ("pack_one:purge",), "Purge it.")
    assert verb.source == "package pack_one"


def test_packages_add_roles(declare, distribution):
    code = "LOOP = {'manage': 'loop', 'role': True, 'health': {'heartbeat': 5}}\n"
    distribution("pack_two", "loop = pack_two:LOOP", code)
    verb = declare("").verbs["loop"]
    assert (verb.role, verb.health) == ("loop", ("heartbeat", "5"))


def test_a_package_that_cannot_be_loaded(declare, distribution):
    distribution("pack_three", "loop = pack_three:GONE", "")
    with pytest.raises(ConfigurationError, match="package pack_three: loop cannot be loaded"):
        declare("")


def test_the_apps_own_verb_wins_over_a_packages(declare, distribution):
    distribution("pack_four", "purge = pack_four:purge", "def purge(args): pass\n")
    assert declare("[tool.entrypoint.verbs]\npurge = 'own'").verbs["purge"].kind == "manage"
