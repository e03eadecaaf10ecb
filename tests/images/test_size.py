"""How large images are, as the engine counts: the sum of their files."""

MB = 1_000_000

#: Of the base image.
LIMIT = 120 * MB

#: What an app's image may have beside the base and its packages.
MORE = 5 * MB

SITE_PACKAGES = """\
import pathlib, sysconfig
files = pathlib.Path(sysconfig.get_path("purelib")).rglob("*")
print(sum(path.lstat().st_size for path in files if not path.is_dir()))
"""


def packages(containers, image):
    return int(containers.run(image, "exec", "python", "-c", SITE_PACKAGES).stdout)


def test_base(base, inspect):
    assert inspect(base)["Size"] <= LIMIT


def test_example_is_the_base_and_its_packages(base, example_image, containers, inspect, say):
    added = packages(containers, example_image) - packages(containers, base)
    before, after = (inspect(image)["Size"] for image in (base, example_image))
    say(f"base {before / MB:.1f} MB, example {after / MB:.1f} MB, packages {added / MB:.1f} MB")
    assert after <= before + added + MORE
