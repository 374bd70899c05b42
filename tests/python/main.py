"""The whole of a program that any ASGI server can serve: hypercorn main:app --bind 127.0.0.1:8000."""

import os

import troupe

example = os.environ.get("EXAMPLE", "counter")
app = troupe.asgi(os.path.join(os.path.dirname(__file__), "../../build/lib", example + ".so"))
