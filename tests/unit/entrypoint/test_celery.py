"""Plans of worker and beat: which argument goes where, and which one wins."""

import pytest

from entrypoint.dispatch import dispatch
from entrypoint.errors import ConfigurationError
from entrypoint.verbs.celery import GLOBAL_FLAGS, GLOBAL_OPTIONS, split

ENVIRON = {"APP": "antisocial"}
PROGRAM = ("python", "-m", "entrypoint.celery_roles")


@pytest.fixture
def argv(antisocial):
    """What follows the program in the plan of a verb."""

    def plan(*args, **environ):
        plan = dispatch(args, {**ENVIRON, **environ}, antisocial)
        assert plan.argv[:3] == PROGRAM
        return plan.argv[3:]

    return plan


def test_a_worker_without_a_word(argv):
    assert argv("worker") == ("-A", "antisocial", "worker", "--loglevel=INFO")


@pytest.mark.parametrize(
    ("args", "before", "after"),
    [
        ("-c 4", "", "-c 4"),
        ("-b redis:// -c 4", "-b redis://", "-c 4"),
        ("-Q mail --broker=redis:// -E", "--broker=redis://", "-Q mail -E"),
        ("--workdir /tmp --config other", "--workdir /tmp --config other", ""),
        ("-q -C --skip-checks --purge", "-q -C --skip-checks", "--purge"),
        ("-E -- -q", "", "-E -- -q"),
        ("-b", "-b", ""),  # Celery says what is missing
    ],
)
def test_options_of_celery_itself_go_before_the_verb(args, before, after):
    assert split(tuple(args.split())) == (tuple(before.split()), tuple(after.split()))


def test_celery_has_no_other_options_before_the_verb():
    from celery.bin.celery import celery

    names = {name for parameter in celery.params for name in parameter.opts}
    assert names == {*GLOBAL_OPTIONS, *GLOBAL_FLAGS}


def test_the_verbs_have_no_option_of_the_same_name():
    from celery.bin.celery import celery

    for verb in ("worker", "beat"):
        names = {name for parameter in celery.commands[verb].params for name in parameter.opts}
        assert not names & {*GLOBAL_OPTIONS, *GLOBAL_FLAGS}


def test_an_app_given_as_an_argument(argv):
    assert argv("worker", "-A", "other")[:3] == ("-A", "other", "worker")
    assert argv("beat", "--app=other")[:2] == ("--app=other", "beat")


def test_a_named_concurrency_is_an_argument_that_later_ones_beat(argv):
    assert argv("worker", "-c", "4", WORKER_CONCURRENCY="3")[3:] == (
        "--loglevel=INFO",
        "--concurrency=3",
        "-c",
        "4",
    )


@pytest.mark.parametrize("verb", ["worker", "beat"])
@pytest.mark.parametrize("name", ["LOG_LEVEL", "DJANGO_LOG_LEVEL"])
def test_the_level_of_the_log_is_the_containers(argv, verb, name):
    assert "--loglevel=DEBUG" in argv(verb, **{name: "debug"})
    assert "--loglevel=INFO" in argv(verb, **{name: "loud"})  # the settings tell


@pytest.mark.parametrize("verb", ["worker", "beat"])
def test_no_banner_in_a_log_of_json(argv, verb):
    assert argv(verb, LOG_FORMAT="JSON")[:4] == ("-A", "antisocial", "--quiet", verb)
    assert "--quiet" not in argv(verb, LOG_FORMAT="plain")


@pytest.mark.parametrize("verb", ["worker", "beat"])
def test_celerys_own_variable_for_the_log_level_stays(argv, verb):
    words = argv(verb, **{f"CELERY_{verb.upper()}_LOGLEVEL": "DEBUG"})
    assert not any(word.startswith("--loglevel") for word in words)


def test_a_concurrency_that_is_none(argv):
    with pytest.raises(ConfigurationError, match="WORKER_CONCURRENCY"):
        argv("worker", WORKER_CONCURRENCY="lots")


def test_a_standby_that_is_none(argv):
    with pytest.raises(ConfigurationError, match="BEAT_STANDBY is 'never'"):
        argv("beat", BEAT_STANDBY="never")


@pytest.mark.parametrize("verb", ["worker", "beat"])
def test_their_health_is_a_heartbeat_and_needs_writable_paths(antisocial, verb):
    plan = dispatch((verb,), ENVIRON, antisocial)
    assert plan.health == ("heartbeat", "60")
    assert plan.writable == ("/tmp", "/run/app")


def test_the_reason_for_its_size_is_known(antisocial):
    plan = dispatch(("worker",), {**ENVIRON, "WORKER_CONCURRENCY": "3"}, antisocial)
    assert plan.reasons[0] == ("concurrency", "3", "WORKER_CONCURRENCY")


def test_what_a_second_beat_does_is_known(antisocial):
    reasons = dispatch(("beat",), {**ENVIRON, "BEAT_STANDBY": "exit"}, antisocial).reasons
    assert reasons[0] == ("standby", "exit", "BEAT_STANDBY")
