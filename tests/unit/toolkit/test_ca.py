import pytest

from toolkit import ca
from toolkit.errors import UsageError


def test_in_their_order(tmp_path):
    names = ("given", "toolkit", "ssl")
    given, toolkit, ssl = (tmp_path / name for name in names)
    for path in (given, toolkit, ssl):
        path.write_text("")
    environ = {"TOOLKIT_CA_BUNDLE": str(toolkit), "SSL_CERT_FILE": str(ssl)}
    assert ca.bundle(environ, given) == given
    assert ca.bundle(environ) == toolkit
    assert ca.bundle({"SSL_CERT_FILE": str(ssl)}) == ssl
    assert ca.bundle({}) in (None, *ca.SYSTEM)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(UsageError, match="does not exist"):
        ca.bundle({"TOOLKIT_CA_BUNDLE": str(tmp_path / "no")})
