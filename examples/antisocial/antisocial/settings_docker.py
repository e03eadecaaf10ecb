"""Production: everything that differs between hosts comes from the environment."""

from antisocial.settings_shared import *  # noqa: F403
from antisocial.settings_shared import FEEDS_FETCH_MINUTES
from settings_lib import INT, Var, configure

configure(
    globals(),
    app="antisocial",
    extra=[
        Var(
            name="FEEDS_FETCH_MINUTES",
            type=INT,
            default=FEEDS_FETCH_MINUTES,
            help="How long after a fetch a feed is due again, in minutes.",
        ),
    ],
)
