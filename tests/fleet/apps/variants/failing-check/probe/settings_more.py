from probe.settings_docker import *  # noqa: F403

from settings_lib import Var, configure

configure(
    globals(),
    app="probe",
    extra=[
        Var(name="PROBE_HOST", default="", help="The host that it runs on."),
        Var(name="PROBE_TOKEN", required=True, secret=True, help="What this version wants too."),
    ],
)
