import io
import json
import re
import threading

import pytest
from rich.console import Console

from toolkit.deploy.display import JsonLines, Plain, choose
from toolkit.deploy.events import Ended, Listeners, Note, Output, Started, StepEnded, StepStarted
from toolkit.deploy.live import Live

TERMINAL = {"TERM": "xterm-256color", "COLUMNS": "100", "LINES": "30"}


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


class Latin(Terminal):
    encoding = "iso-8859-1"


def started(hosts=("app1", "app2"), **fields):
    known = {"kind": "deploy", "app": "antisocial", "tag": "b2", "former": "b1", "who": "me@ci"}
    return Started(**{**known, "hosts": hosts, **fields})


def ended(**fields):
    known = {
        "kind": "deploy",
        "app": "antisocial",
        "tag": "b2",
        "former": "b1",
        "hosts": ("app1", "app2"),
    }
    known |= {"outcome": "succeeded", "seconds": 41.3, "phases": {"preflight": 3.4, "web": 37}}
    return Ended(**{**known, **fields})


def begun(host="app1", phase="web", step="surge"):
    return StepStarted(host=host, phase=phase, step=step)


def over(host="app1", phase="web", step="surge", outcome="done", seconds=4.2, detail=""):
    return StepEnded(
        host=host, phase=phase, step=step, outcome=outcome, seconds=seconds, detail=detail
    )


def printed(line, host="app1"):
    return Output(host=host, phase="web", step="surge", line=line)


def plain(*events, stdout=None):
    stdout = stdout or io.StringIO()
    with Plain(stdout) as display:
        for event in events:
            display(event)
    return stdout.getvalue().splitlines()


@pytest.mark.parametrize(
    ("stdout", "json", "environ", "expected"),
    [
        (Terminal(), False, TERMINAL, Live),
        (Terminal(), False, {"TERM": "dumb"}, Plain),
        (Terminal(), False, {}, Plain),
        (Latin(), False, TERMINAL, Plain),
        (Terminal(), True, TERMINAL, JsonLines),
        (io.StringIO(), False, TERMINAL, Plain),
        (io.StringIO(), True, {}, JsonLines),
    ],
)
def test_choose(stdout, json, environ, expected):
    assert type(choose(stdout, json=json, environ=environ)) is expected


def test_json_is_one_object_a_line():
    stdout = io.StringIO()
    with JsonLines(stdout) as display:
        display(started())
        display(printed("two\nlines \x1b[31mé"))
    first, second = map(json.loads, stdout.getvalue().splitlines())
    assert first["hosts"] == ["app1", "app2"]
    assert second["line"] == "two\nlines \x1b[31mé"
    assert stdout.getvalue().isascii()


def test_plain_lines():
    assert plain(
        started(),
        begun(),
        printed("  Applying feeds.0042... OK"),
        over(),
        begun("app2", "web", "surge"),
        over("app2", "web", "surge", "failed", 60, "not ready\n  ImportError: x\ny"),
        over("app2", "web", "drain", "skipped", 0, "nothing runs"),
        over("", "release", "linter", seconds=0.25),
        Note(text="the clock is 3 s behind", host="app2"),
        Note(text="one\ntwo"),
    ) == [
        "deploy of antisocial from b1 to b2 on app1, app2, by me@ci",
        "app1  web       surge                     begins",
        "app1 |   Applying feeds.0042... OK",
        "app1  web       surge                     done in 4.2 s",
        "app2  web       surge                     begins",
        "app2  web       surge                     failed after 1 min 0 s: not ready",
        "app2 |   ImportError: x",
        "app2 | y",
        "app2  web       drain                     skipped: nothing runs",
        "here  release   linter                    done in 0.2 s",
        "note: app2: the clock is 3 s behind",
        "note: one",
        "  two",
    ]


def test_plain_lines_end_with_what_took_how_long():
    lines = plain(
        started(),
        over("app2", "preflight", "pull", seconds=3.4),
        over("app1", "preflight", "pull", seconds=1.2),
        over("app1", "web", "surge", seconds=20),
        over("app2", "web", "surge", "failed", 17),
        over("app2", "web", "a step whose name has no end that one could see", "skipped", 0),
        ended(outcome="returned", reason="app2: not ready\nImportError: x"),
    )
    assert lines[6:] == [
        "",
        "phase      step                                  hosts  median  longest",
        "preflight  pull                                      2   2.3 s    3.4 s  app2",
        "web        surge                                     2    18 s     20 s  failed on app2",
        "web        a step whose name has no end that o…      1                   skipped",
        "",
        "host    preflight   web  total",
        "app1        1.2 s  20 s   21 s",
        "app2        3.4 s  17 s   20 s",
        "in all      3.4 s  37 s   41 s",
        "",
        "antisocial: deploy of b2 failed after 41 s, hosts are back at b1",
    ]


def test_one_host_needs_no_median():
    lines = plain(started(("app1",)), over(), ended(hosts=("app1",), phases={"web": 4.2}))
    assert "phase  step    time" in lines
    assert "web    surge  4.2 s" in lines


def test_the_way_back_is_a_part_of_the_deploy():
    lines = plain(
        started(),
        over(),
        started(kind="return", tag="b1", former=""),
        over(phase="return"),
        ended(kind="return", tag="b1", seconds=2),
        ended(outcome="returned"),
    )
    assert "antisocial: back at b1 in 2.0 s" in lines
    assert sum(line.startswith("phase ") for line in lines) == 1


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "b2 deployed in 41 s"),
        ({"seconds": 125}, "b2 deployed in 2 min 5 s"),
        ({"outcome": "failed"}, "deploy of b2 failed after 41 s, nothing was changed"),
        ({"outcome": "broken"}, "deploy of b2 failed after 41 s, hosts are left between two tags"),
        ({"outcome": "nothing"}, "deploy of b2: nothing to do"),
        ({"kind": "rollback"}, "rolled back to b2 in 41 s"),
        (
            {"kind": "rollback", "outcome": "nothing", "tag": ""},
            "rollback to the tag before: nothing to do",
        ),
        ({"kind": "return"}, "back at b2 in 41 s"),
        (
            {"kind": "return", "outcome": "failed"},
            "the way back to b2 failed after 41 s, hosts are left between two tags",
        ),
    ],
)
def test_endings(fields, expected):
    assert plain(ended(**fields))[-1] == f"antisocial: {expected}"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("\x1b[1;31mred\x1b[0m\x1b[2K", "red"),
        ("\x1b]0;title\x07text\x1b]8;;http://x\x1b\\link", "textlink"),
        ("10%\r100%\r\n", "100%"),
        ("a\tb", "a       b"),
        ("bell\x07 \u202eback", "bell� �back"),
        ("[bold]markup[/bold] :smile:", "[bold]markup[/bold] :smile:"),
        ("", ""),
    ],
)
def test_what_a_host_prints_moves_no_cursor(line, expected):
    assert plain(printed(line)) == [f"app1 | {expected}".rstrip()]


def test_characters_that_an_output_does_not_have():
    [line] = plain(printed("ä ✓ done"), stdout=Latin())
    assert line == r"app1 | ä \u2713 done"


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def live():
    """A live table on a screen; `shown` is what it draws now, `said` all that was written."""
    made = []

    def live(**environ):
        stdout, clock = Terminal(), Clock()
        display = Live(stdout, environ={**TERMINAL, **environ}, clock=clock)
        made.append(display)

        def shown():
            screen = Terminal()
            Console(file=screen, _environ={**TERMINAL, **environ}).print(display._draw())
            return [line.rstrip() for line in bare(screen.getvalue()).splitlines()]

        display.shown, display.clock = shown, clock
        display.said = stdout.getvalue
        return display

    yield live
    for display in made:
        display.__exit__(None, None, None)


def bare(text):
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text).replace("\r", "")


def test_a_row_a_host(live):
    display = live()
    display(started(steps={"app1": 9}))
    display(over("app1", "preflight", "pull"))
    display(begun("app1", "web", "drain 8000"))
    display(over("app2", "web", "surge", "failed", 2, "not ready"))
    display.clock.now = 4.2
    title, head, first, second = display.shown()
    assert title == "antisocial: deploy of b2  4.2 s"
    assert head.split() == ["host", "phase", "step", "time", "steps", "last"]
    assert re.fullmatch(r"app1 +. +web +drain 8000 +4.2 s +1/9 +pull done in 4.2 s", first)
    assert re.fullmatch(r"app2 +x +waits +1 +surge failed after 2.0 s: not …?r?.*", second)


def test_what_is_printed_stands_above(live):
    display = live()
    display(started())
    display(printed("[bold]  Applying[/bold]"))
    display(Note(text="look", host="app2"))
    display(over("app2", outcome="failed", detail="not ready\nImportError: x"))
    said = bare(display.said())
    for line in (
        "app1 | [bold]  Applying[/bold]",
        "note: app2: look",
        "app2: web surge failed after 4.2 s: not ready",
        "app2 | ImportError: x",
    ):
        assert f"{line}\n" in said


def test_the_end_is_a_summary_and_the_cursor_is_back(live):
    display = live()
    display(started())
    display(over())
    display(over("app2"))
    display(ended())
    display(Note(text="mail: no answer in 15 s"))
    said = bare(display.said())
    assert "web    surge      2   4.2 s    4.2 s  app1\n" in said
    assert said.endswith("\nantisocial: b2 deployed in 41 s\nnote: mail: no answer in 15 s\n")
    assert display.said().rindex("\x1b[?25h") > display.said().rindex("\x1b[?25l")


def test_an_interrupt_gives_the_terminal_back(live):
    display = live()
    with pytest.raises(KeyboardInterrupt), display:
        display(started())
        raise KeyboardInterrupt
    assert display.said().rindex("\x1b[?25h") > display.said().rindex("\x1b[?25l")


def test_a_terminal_that_is_gone_hides_no_error(live, monkeypatch):
    display = live()
    with pytest.raises(ZeroDivisionError), display:
        display(started())
        monkeypatch.setattr(Terminal, "flush", lambda _: (_ for _ in ()).throw(OSError(5, "gone")))
        raise ZeroDivisionError
    monkeypatch.undo()


def test_no_color(live):
    colour = r"\x1b\[[0-9;]*3[0-7]m"
    for environ, found in (({}, True), ({"NO_COLOR": "1"}, False)):
        display = live(**environ)
        display(started())
        display(over(outcome="failed"))
        display(ended(outcome="broken"))
        assert bool(re.search(colour, display.said())) is found


@pytest.mark.parametrize("width", [20, 30, 45, 60, 80, 120])
def test_no_line_is_wider_than_the_terminal(live, width):
    display = live(COLUMNS=str(width))
    display(started(tuple(f"app{n}.a-long-domain.example.org" for n in range(10))))
    for n in range(10):
        display(over(f"app{n}.a-long-domain.example.org", step="a step with a very long name " * 3))
        display(begun(f"app{n}.a-long-domain.example.org", step="another with a long name " * 3))
    assert max(map(len, display.shown())) <= width
    assert len(display.shown()) == 12


def test_hosts_that_work_are_shown_first_where_there_is_no_room(live):
    display = live(LINES="8")
    display(started(tuple(f"app{n}" for n in range(10))))
    display(begun("app9"))
    display(over("app7", outcome="failed"))
    lines = display.shown()
    assert len(lines) <= 8
    assert [line.split()[0] for line in lines[2:]] == ["app0", "app1", "app7", "app9", "and"]
    assert lines[-1] == "and 6 more hosts"


def test_a_narrow_terminal_gets_lists_instead_of_tables(live):
    display = live(COLUMNS="40")
    display(started())
    display(over("app1"))
    display(over("app2"))
    display(ended())
    said = bare(display.said())
    assert "web surge: hosts 2, median 4.2 s,\n  longest 4.2 s, app1\n" in said


def test_events_of_many_threads(live):
    display = live()
    hosts = tuple(f"app{n}" for n in range(10))
    listeners = Listeners(display)
    listeners(started(hosts))

    def work(host):
        for n in range(30):
            for event in (begun(host, step=f"s{n}"), printed("x", host), over(host, step=f"s{n}")):
                listeners(event)

    threads = [threading.Thread(target=work, args=(host,), daemon=True) for host in hosts]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    assert not any(each.is_alive() for each in threads)
    assert all(re.search(r" 30 ", line) for line in display.shown()[2:])
    assert bare(display.said()).count(" | x\n") == 300
