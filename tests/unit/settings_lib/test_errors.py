from settings_lib.errors import GUNICORN_BOOT_ERROR, ConfigurationError, Problem, exit_code, message

MISSING = Problem(name="SECRET_KEY", wrong="is not set", right="Set SECRET_KEY.")


def test_message_lists_every_problem():
    wrong = Problem(
        name="DEBUG", source="env", wrong="is no bool", right="Expected a bool.", example="true"
    )
    assert message([MISSING, wrong], [MISSING], "antisocial") == (
        "The settings of antisocial have 2 problems:\n"
        "  - SECRET_KEY is not set.\n    Set SECRET_KEY.\n"
        "  - DEBUG (env) is no bool.\n    Expected a bool.\n    Example: DEBUG=true\n"
        "The settings of antisocial have 1 warning:\n"
        "  - SECRET_KEY is not set.\n    Set SECRET_KEY."
    )


def test_one_problem():
    assert str(ConfigurationError([MISSING])).startswith("The settings have 1 problem:")


def test_exit_code():
    assert exit_code() == 78


def test_exit_code_in_a_gunicorn_worker():
    namespace = {"__name__": "gunicorn.arbiter", "exit_code": exit_code}
    exec("def spawn_worker():\n    return exit_code()", namespace)
    assert namespace["spawn_worker"]() == GUNICORN_BOOT_ERROR
