import pytest

from build_wheels.errors import ConfigurationError
from build_wheels.surroundings import Surroundings, ca_bundle


def test_the_mounted_certificates_are_added_to_the_systems(tmp_path):
    mount, system = tmp_path / "mount", tmp_path / "system"
    mount.write_text("COMPANY\n")
    system.write_text("DEBIAN\n")
    found = ca_bundle(tmp_path, {}, mount=mount, system=system)
    assert found.read_text() == "DEBIAN\n\nCOMPANY\n"


def test_a_variable_goes_first(tmp_path):
    file = tmp_path / "ca.pem"
    file.write_text("")
    assert ca_bundle(tmp_path, {"PIP_CERT": str(file)}, mount=file, system=file) == file
    with pytest.raises(ConfigurationError, match="SSL_CERT_FILE is /none"):
        ca_bundle(tmp_path, {"SSL_CERT_FILE": "/none"})


def test_no_certificates_at_all(tmp_path):
    none = tmp_path / "none"
    assert ca_bundle(tmp_path, {}, mount=none, system=none) is None


def test_a_cache_that_cannot_be_written_is_not_used(tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("")
    made = Surroundings.prepare(tmp_path, tmp_path / "none", {"NETRC": str(netrc)})
    assert made.cache == tmp_path / "cache"
    assert (made.home / ".netrc").resolve() == netrc
