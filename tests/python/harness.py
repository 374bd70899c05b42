"""A server of one request, as ASGI servers are: what the app is told and says is in the test's hands."""

import asyncio
import os

import troupe

LIBRARIES = os.path.join(os.path.dirname(__file__), "../../build/release/tests/programs")
PATIENCE_S = 20


def load(name, **settings):
    return troupe.asgi(os.path.join(LIBRARIES, name + ".so"), threads=1, log="error", **settings)


class Request:
    """One scope on its way through an app."""

    def __init__(self, app, scope):
        self.said = asyncio.Queue(1)  # of the app; it waits while nobody takes that
        self._told = asyncio.Queue()
        self.task = asyncio.ensure_future(app(scope, self._told.get, self.said.put))

    def tell(self, **message):
        message["type"] = message.pop("kind")
        self._told.put_nowait(message)

    async def next(self):
        """What the app says next; its failure fails the test."""
        message = asyncio.ensure_future(self.said.get())
        await asyncio.wait({message, self.task}, timeout=PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)
        if not message.done():
            message.cancel()
            self.task.result()
            raise AssertionError("the app ended, or says nothing")
        return message.result()

    async def end(self):
        await asyncio.wait_for(self.task, PATIENCE_S)


def http_scope(method, path, headers=(), **more):
    return {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"app.example"), *headers],
        "client": ("192.0.2.9", 1234),
        **more,
    }


async def ask(app, method, path, headers=(), body=(b"",), **more):
    """Status, headers and body of an answer."""
    request = Request(app, http_scope(method, path, headers, **more))
    for i, piece in enumerate(body):
        request.tell(kind="http.request", body=piece, more_body=i + 1 < len(body))
    start = await request.next()
    assert start["type"] == "http.response.start", start
    data = b""
    while True:
        message = await request.next()
        data += message.get("body", b"")
        if not message.get("more_body"):
            break
    await request.end()
    return start["status"], dict(start["headers"]), data


async def lifespan(app, *words):
    """What the app says to each of startup and shutdown."""
    request = Request(app, {"type": "lifespan"})
    said = []
    for word in words:
        request.tell(kind="lifespan." + word)
        said.append(await request.next())
    if not said[-1]["type"].startswith("lifespan.startup"):
        await request.end()
    request.task.cancel()
    return said


def descriptors():
    return len(os.listdir("/proc/self/fd"))
