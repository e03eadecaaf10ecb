from build_wheels.errors import InputError, RefusedError, UnbuildableError, UnreachableError
from build_wheels.requirements import Parsed, Where, Wish
from build_wheels.resolution_errors import explain

NO_SOLUTION = "error: No solution found when resolving dependencies\n  cause: "


def test_a_package_that_does_not_exist():
    parsed = Parsed(wishes=[Wish(text="zzz", where=Where("base.txt", 7), name="zzz")])
    error = explain(
        NO_SOLUTION + "Because zzz was not found in the package registry and you require zzz, we "
        "can conclude that your requirements are unsatisfiable.",
        parsed,
    )
    assert isinstance(error, InputError)
    assert error.what == "there is no package zzz on the index"
    assert error.why.startswith("wanted by base.txt:7\n")


def test_versions_that_conflict():
    error = explain(
        NO_SOLUTION + "Because django==5.2 depends on sqlparse>=0.3.1 and you require django==5.2,"
        "\n         And because you require sqlparse==0.2, we can conclude"
    )
    assert error.code == 65
    assert error.why.splitlines()[1:] == [
        "Because django==5.2 depends on sqlparse>=0.3.1 and you require django==5.2,",
        "And because you require sqlparse==0.2, we can conclude",
    ]


def test_an_archive_of_an_old_form():
    error = explain(
        NO_SOLUTION + "Because amqplib==1.0.2 has a non-PEP 625-compliant source distribution "
        "filename and you require amqplib==1.0.2, we can conclude that your requirements are "
        "unsatisfiable."
    )
    assert error.code == 65
    assert "pip wheel --no-deps --wheel-dir vendor amqplib==1.0.2" in error.then


def test_an_index_that_is_down():
    error = explain(
        "error: Request failed after 3 retries in 10.3s\n"
        "  cause: Failed to fetch: http://127.0.0.1:9/simple/six/\n"
        "  cause: tcp connect error\n  cause: Connection refused (os error 111)\n"
    )
    assert isinstance(error, UnreachableError)
    assert error.what == "http://127.0.0.1:9/simple/six/ cannot be reached"


def test_an_index_that_wants_credentials_beats_the_package_that_is_not_found():
    error = explain(
        NO_SOLUTION + "Because foo was not found in the package registry and you require foo\n\n"
        "hint: An index URL (http://h:1/simple) could not be queried due to a lack of valid "
        "authentication credentials (401 Unauthorized)\n"
    )
    assert isinstance(error, RefusedError)
    assert "http://h:1/simple " in error.what


def test_a_certificate_that_is_not_trusted():
    error = explain(
        "error: Failed to fetch: `https://h/simple/six/`\n"
        "  cause: error sending request for url (https://h/simple/six/)\n"
        "  cause: invalid peer certificate: UnknownIssuer\n"
    )
    assert isinstance(error, UnreachableError)
    assert "--ca-bundle" in error.then


def test_metadata_that_needs_a_build_which_fails():
    error = explain(
        "error: Failed to build `mysqlclient==2.1.1`\n"
        "  cause: The build backend returned an error\n"
        "/bin/sh: 1: mysql_config: not found\n"
    )
    assert isinstance(error, UnbuildableError)
    assert error.what == "mysqlclient==2.1.1 cannot be built: mysql_config is missing"
    assert error.then == "toolkit wheelhouse --apt default-libmysqlclient-dev"
