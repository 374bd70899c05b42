"""The counter for bench/servers.mjs."""

import os

import troupe

app = troupe.asgi(os.environ["TROUPE_APP"])
