"""Migrations that many containers want to apply: one does. Real servers, real pooler."""

import time
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from containers import HARDENED, wait_until
from databases import ENGINES, PASSWORD

MANY = 10

#: Seconds after the one that applies has ended within which the others have: they look once a
#: second at most, and the test's own machine is busy with all of them.
LATE = 8

SLOW = "Applying website.0002_slow"
BEFORE_SLOW = "Applying website.0001_initial... OK"  # Docker's log has whole lines
NOTHING = "No migrations to apply."
WAITING = "waiting for the lock for migrate"


@pytest.fixture
def database(databases, containers):
    """Creates an empty database of an engine."""
    return lambda engine: databases.create(engine, containers)


def environ(**variables):
    """The options of an app's container, hardened, with its own variables."""
    variables = {"SECRET_KEY": "of the tests", "ALLOWED_HOSTS": "*", **variables}
    return (*HARDENED, *(f"--env={name}={value}" for name, value in variables.items()))


def at_once(run, count):
    """Run as many at once; return what each printed, with the moment when it had ended."""

    def one(_):
        done = run()
        return done, time.monotonic()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


@pytest.mark.parametrize("kind", ENGINES)
def test_one_of_ten_applies(racing_image, database, containers, say, kind):
    found = database(kind)
    # On PostgreSQL, with an index that is created concurrently while the nine wait.
    indexed = {"INDEXED": "1"} if kind == "postgresql" else {}
    options = (*environ(SLOW_SECONDS="3", **indexed), *found.options)

    def migrate():
        return containers.run(racing_image, "migrate", options=options)

    race = at_once(migrate, MANY)
    for done, _ in race:
        assert done.returncode == 0, done.stdout + done.stderr
        assert PASSWORD not in done.stdout + done.stderr
    [ended] = [end for done, end in race if SLOW in done.stdout]
    others = [(done, end) for done, end in race if SLOW not in done.stdout]
    assert all(NOTHING in done.stdout for done, _ in others)
    waited = [end - ended for done, end in others if WAITING in done.stderr]
    assert waited
    late = max(end for _, end in race) - ended

    began = time.monotonic()
    fast = at_once(migrate, MANY)
    assert all(done.returncode == 0 and NOTHING in done.stdout for done, _ in fast)
    assert not any(WAITING in done.stderr for done, _ in fast)
    say(
        f"{kind}: {len(waited)} of {MANY} waited, the last ended {late:.1f} s after the one that "
        f"applied; {MANY} with nothing pending took {time.monotonic() - began:.1f} s"
    )
    assert late < LATE

    rows = "import website.models as m; print(list(m.Mark.objects.values_list('name')))"
    shown = containers.run(
        racing_image, "manage", "shell", "--verbosity=0", "-c", rows, options=options
    )
    assert shown.stdout.strip() == "[('slow',)]", shown.stderr


@pytest.mark.parametrize("kind", ENGINES)
def test_holder_is_named_and_its_death_frees_the_lock(racing_image, database, containers, kind):
    found = database(kind)
    holder = containers.start(
        racing_image,
        "migrate",
        options=(*environ(SLOW_SECONDS="600"), *found.options, "--hostname", "stuck"),
    )
    holder.wait_for_log(BEFORE_SLOW)
    options = (*environ(SLOW_SECONDS="0", MIGRATE_TIMEOUT="1"), *found.options)
    late = containers.run(racing_image, "migrate", options=options)
    assert late.returncode == 75, late.stdout + late.stderr
    [network] = holder.inspect()["NetworkSettings"]["Networks"].values()
    name = network["IPAddress"] if kind == "mariadb" else "container stuck"
    assert f"{name} " in late.stderr
    assert "not had within 1 s" in late.stderr
    assert PASSWORD not in late.stderr
    # What only looks needs no lock.
    looked = containers.run(racing_image, "migrate", "--plan", options=options)
    assert (looked.returncode, looked.stderr) == (0, "")
    assert "website.0003_other" in looked.stdout

    options = (*environ(SLOW_SECONDS="0", MIGRATE_TIMEOUT="60"), *found.options)
    next_one = containers.start(racing_image, "migrate", options=options)
    next_one.wait_for_log(WAITING)
    assert holder.end("KILL").code == 137
    wait_until(lambda: not next_one.inspect()["State"]["Running"], next_one.name)
    assert next_one.inspect()["State"]["ExitCode"] == 0, next_one.logs()
    assert f"{SLOW}... OK" in next_one.logs()


def test_nothing_pending_needs_no_lock(racing_image, database, containers):
    found = database("postgresql")
    options = (*environ(SLOW_SECONDS="0", MIGRATE_TIMEOUT="1"), *found.options)
    assert containers.run(racing_image, "migrate", options=options).returncode == 0

    keys = (0x656E7472, zlib.crc32(b"migrate") - (1 << 32))
    with ThreadPoolExecutor(1) as pool:
        pool.submit(found.psql, f"SELECT pg_advisory_lock{keys}, pg_sleep(600)")
        granted = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
        wait_until(lambda: found.psql(granted) == "1", "the lock is not had")
        done = containers.run(racing_image, "migrate", options=options)
        assert (done.returncode, done.stderr) == (0, "")
        assert NOTHING in done.stdout
        # Anything but a plain `migrate` is Django's, under the lock.
        back = ("migrate", "website", "0001")
        late = containers.run(racing_image, *back, options=options)
        assert late.returncode == 75
        assert "a client called 'psql'" in late.stderr
        end = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
        found.psql(end)
    done = containers.run(racing_image, *back, options=options)
    assert done.returncode == 0, done.stderr
    assert "Unapplying website.0003_other" in done.stdout
    assert containers.run(racing_image, "migrate", "--check", options=options).returncode == 1


def test_pooler_by_transactions_needs_the_direct_url(racing_image, database, containers):
    found = database("postgresql")
    pooled = (*environ(SLOW_SECONDS="0"), *found.pooled)
    for done, _ in at_once(lambda: containers.run(racing_image, "migrate", options=pooled), 2):
        assert done.returncode == 78, done.stdout + done.stderr
        assert "Set DIRECT_DATABASE_URL" in done.stderr
        assert PASSWORD not in done.stdout + done.stderr
    assert found.psql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == "0"
    assert found.psql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == "0"

    url = found.options[-1].replace("--env=DATABASE_URL", "--env=DIRECT_DATABASE_URL")
    direct = (*environ(SLOW_SECONDS="2"), *found.pooled, url)
    race = at_once(lambda: containers.run(racing_image, "migrate", options=direct), 3)
    for done, _ in race:
        assert done.returncode == 0, done.stdout + done.stderr
    assert len([done for done, _ in race if SLOW in done.stdout]) == 1
    # With nothing pending there is no lock to need.
    assert containers.run(racing_image, "migrate", options=pooled).returncode == 0


def test_pooler_by_sessions_is_as_good_as_none(racing_image, database, containers):
    found = database("postgresql")
    options = (*environ(SLOW_SECONDS="0"), *found.pooled_by_session)
    done = containers.run(racing_image, "migrate", options=options)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{SLOW}... OK" in done.stdout


def test_waiting_in_a_query_would_be_a_deadlock(database):
    """Why the lock is asked for again and again: PostgreSQL's own waiting stops an index."""
    found = database("postgresql")
    found.psql("CREATE TABLE line (text text)")
    holder = "SELECT pg_advisory_lock(1), pg_sleep(3)"
    index = "CREATE INDEX CONCURRENTLY line_text ON line (text)"
    argv = f"exec /usr/lib/postgresql/*/bin/psql -h /tmp -U app -d {found.name}"
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(found.server.exec, "sh", "-c", f'{argv} -c "$0" -c "$1"', holder, index)
        granted = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
        wait_until(lambda: found.psql(granted) == "1", "the lock is not had")
        pool.submit(found.psql, "SELECT pg_advisory_lock(1)").result()
    assert "deadlock detected" in first.result().stderr


def test_app_with_a_migrate_of_its_own(racing_image, database, containers):
    found = database("sqlite")
    options = (*environ(SLOW_SECONDS="0", OWN_MIGRATE="1"), *found.options)
    for said in (f"{SLOW}... OK", NOTHING):
        done = containers.run(racing_image, "migrate", options=options)
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("own: before\n")
        assert said in done.stdout
        assert done.stdout.endswith("own: after\n")


def test_run_waits_until_others_have_migrated(racing_image, database, containers):
    found = database("postgresql")
    options = (*environ(SLOW_SECONDS="0", WEB_CONCURRENCY="1"), *found.options)
    publish = ("--publish", "127.0.0.1::8000")
    web = containers.start(racing_image, "run", "--wait-migrated", options=(*options, *publish))
    web.wait_for_log("waiting, at most 600 s, for migrations: ")
    assert "Listening at" not in web.logs()
    assert containers.run(racing_image, "migrate", options=options).returncode == 0
    web.wait_for_answer()


def test_run_gives_up_waiting(racing_image, database, containers):
    found = database("postgresql")
    impatient = environ(MIGRATE_TIMEOUT="1")

    def run(*options):
        done = containers.run(
            racing_image, "run", "--wait-migrated", options=(*impatient, *options)
        )
        assert PASSWORD not in done.stdout + done.stderr
        return done

    pending = run(*found.options)
    assert pending.returncode == 75, pending.stderr
    assert "contenttypes.0001_initial" in pending.stderr
    away = run(f"--env=DATABASE_URL=postgres://app:{PASSWORD}@127.0.0.1/app")
    assert away.returncode == 69, away.stderr
    assert "OperationalError" in away.stderr


def test_wrong_timeout_is_told_at_once(racing_image, containers):
    options = environ(MIGRATE_TIMEOUT="10m", DATABASE_URL="sqlite://:memory:")
    done = containers.run(racing_image, "migrate", options=options)
    assert done.returncode == 78
    assert "MIGRATE_TIMEOUT is not a number of seconds" in done.stderr
