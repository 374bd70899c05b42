"""A site of its own with an app below a path, as frameworks mount one."""

import os

import troupe

shop = troupe.asgi(os.path.join(os.path.dirname(__file__), "../../build/lib/counter.so"), mount="/shop")


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        return await shop(scope, receive, send)
    if scope["path"].startswith("/shop"):
        return await shop({**scope, "root_path": "/shop"}, receive, send)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"Somebody else's\n"})
