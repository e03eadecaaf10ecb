from toolkit.operate.doctor.findings import Finding, data, text

FOUND = [
    Finding(host="app1", what="ssh", text="deploy comes in"),
    Finding(host="app1", what="disk", level="warning", text="100 MB are free", hint="a\nb"),
    Finding(host="app2", what="ssh", text="deploy comes in"),
    Finding(host="app2", what="disk", level="problem", text="1 MB\x1b[2J", hint="c"),
    Finding(host="", what="clock", text="0 s", hint="set it"),
]


def test_what_is_alike_is_one_row():
    assert text(FOUND) == (
        """\
what            hosts       found
ssh    ok       app1, app2  deploy comes in
disk   warning  app1        100 MB are free
                              a
                              b
disk   problem  app2        1 MB
                              c
clock  ok       all         0 s

1 problem, 1 warning"""
    )


def test_a_program_reads_each():
    assert len(data(FOUND)) == len(FOUND)
    assert data(FOUND)[0] == {
        "host": "app1",
        "what": "ssh",
        "level": "ok",
        "text": "deploy comes in",
        "hint": "",
    }
