import sys

import pytest

from toolkit.deploy.events import Output
from toolkit.notify import hooks
from toolkit.notify.errors import NotifyError


def test_what_a_hook_is_told(ended, started):
    event = ended(outcome="returned", reason="app2: web is not ready\nImportError")
    assert hooks.variables("failure", event) == {
        "TOOLKIT_EVENT": "failure",
        "TOOLKIT_KIND": "deploy",
        "TOOLKIT_APP": "antisocial",
        "TOOLKIT_TAG": "build-43",
        "TOOLKIT_FROM": "build-42",
        "TOOLKIT_HOSTS": "app1,app2",
        "TOOLKIT_WHO": "anders@ci",
        "TOOLKIT_OUTCOME": "returned",
        "TOOLKIT_REASON": "app2: web is not ready\nImportError",
        "TOOLKIT_SECONDS": "41",
    }
    told = hooks.variables("start", started())
    assert told.keys() == hooks.variables("failure", event).keys()
    assert (told["TOOLKIT_OUTCOME"], told["TOOLKIT_SECONDS"]) == ("", "")


def test_a_reason_is_what_an_environment_can_hold(ended):
    told = hooks.variables("failure", ended(reason="a\0b\udcff" + "x" * 200_000))
    assert told["TOOLKIT_REASON"].startswith("ab?x")
    assert len(told["TOOLKIT_REASON"]) < 10_000


def test_a_hook_runs_in_the_apps_folder_and_its_output_is_told(tmp_path, program, started):
    program("bin/hook", 'echo "$1 $TOOLKIT_EVENT $TOOLKIT_TAG"; pwd')
    said = []
    hooks.run(("bin/hook", "a b"), hooks.variables("start", started()), tmp_path, said.append)
    assert [(each.host, each.phase, each.step) for each in said] == [("", "hook", "start")] * 2
    assert [each.line for each in said] == ["a b start build-43", str(tmp_path)]
    assert all(isinstance(each, Output) for each in said)


@pytest.mark.parametrize(
    ("argv", "why"),
    [
        ((sys.executable, "-c", "import sys; sys.exit('why not')"), "ended with 1\nwhy not"),
        (("/no/such/hook",), "/no/such/hook ended with 127\nNo such file or directory"),
        (("sh", "-c", "kill -9 $$"), "was ended by SIGKILL"),
        (("sh", "-c", "seq 1 100; exit 3"), "ended with 3\n96\n97\n98\n99\n100"),
    ],
)
def test_a_hook_that_fails(tmp_path, argv, why):
    with pytest.raises(NotifyError) as error:
        hooks.run(argv, {}, tmp_path, lambda _: None)
    assert str(error.value).endswith(why)


def test_a_hook_that_hangs(tmp_path):
    with pytest.raises(NotifyError, match="no answer in 0.2 s"):
        hooks.run(("sleep", "60"), {}, tmp_path, lambda _: None, timeout=0.2)
