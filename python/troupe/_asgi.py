"""An app as an ASGI application (asgi.readthedocs.io, version 3)."""

import asyncio
import atexit
import logging
from urllib.parse import quote

from ._exchange import Exchange
from ._library import BODY, BODY_UNKNOWN, CLIENT_UNKNOWN, CLOSED, EINVALID, END, HEAD, MESSAGE, Library

_log = logging.getLogger("troupe")
_TEXT = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]


class Broken(ConnectionError):
    """The app's answer ended before it was whole; so must the browser's."""


def _arguments(settings):
    out = []
    for name, value in settings.items():
        flag = "--" + name.replace("_", "-")
        for one in value if isinstance(value, (list, tuple)) else [value]:
            if one is True:
                out.append(flag)
            elif one is not None and one is not False:
                out.extend([flag, str(one)])
    return out


def asgi(path, *, mount="/", **settings):
    """The app in a shared object as an ASGI application.

    mount: the path under which the server has it. settings: those of the command line, so that --session-timeout 60
    is session_timeout=60; the environment (TROUPE_*, FLET_*) counts as well. The app starts with the server (lifespan),
    or with the first request where the server has no lifespan protocol, in whatever process that is; it ends with it.
    """
    return App(path, mount.rstrip("/"), settings)


class App:
    def __init__(self, path, mount, settings):
        self._mount = mount
        self._library = Library(path, ["--mount", mount or "/"] + _arguments(settings))
        self._is_told_of_mount = False

    async def __call__(self, scope, receive, send):
        if scope["type"] == "lifespan":
            return await self._live(receive, send)
        if scope["type"] not in ("http", "websocket"):
            raise ValueError(f"troupe: no such scope: {scope['type']}")
        if not await self._is_there():
            return await _refuse(scope, receive, send, 500, "This app does not start: its log says why.\n")
        if scope["type"] == "http":
            return await self._answer(scope, receive, send)
        return await self._talk(scope, receive, send)

    # -- the start and the end --

    async def _start(self):
        await asyncio.get_running_loop().run_in_executor(None, self._library.start)

    async def _is_there(self):
        """Starts it, once, where the server has not. False: it does not start."""
        if self._library.is_new:
            try:
                if await asyncio.get_running_loop().run_in_executor(None, self._library.start_once):
                    atexit.register(self._library.stop)
            except Exception as error:
                _log.error("the app does not start: %s", error)
        return not self._library.has_failed

    async def _live(self, receive, send):
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                try:
                    await self._start()
                except Exception as error:
                    _log.error("the app does not start: %s", error)
                    await send({"type": "lifespan.startup.failed", "message": str(error)})
                    return
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                try:
                    await asyncio.get_running_loop().run_in_executor(None, self._library.stop)
                except TimeoutError as error:
                    await send({"type": "lifespan.shutdown.failed", "message": str(error)})
                    return
                await send({"type": "lifespan.shutdown.complete"})
                return

    # -- requests --

    def _target(self, scope):
        """Path and query, with the mount; None: the server has the app somewhere else."""
        root = scope.get("root_path", "").rstrip("/")
        raw = scope.get("raw_path")
        path = raw.split(b"?")[0] if raw else quote(scope["path"], safe="/:@!$&'()*+,;=~").encode()
        if root:
            prefix = quote(root).encode()
            if root != self._mount:
                if not self._is_told_of_mount:
                    _log.error("the app is at %s, and was made for %s/: troupe.asgi(…, mount=%r)", root, self._mount, root)
                self._is_told_of_mount = True
                return None
            # Older servers leave the mount out of the path, newer ones do not.
            if path != prefix and not path.startswith(prefix + b"/"):
                path = prefix + path
        query = scope.get("query_string", b"")
        return path + b"?" + query if query else path

    def _elsewhere(self):
        return 500, f"This app was made for {self._mount}/, and is somewhere else: its log says more.\n"

    def _open(self, scope, target, body_size, is_websocket):
        client = scope.get("client")
        host, port = client or (None, None)
        address = None if host is None else host.encode()
        method = b"GET" if is_websocket else scope["method"].encode()
        headers = list(scope["headers"])
        handle = self._library.open(method, target, headers, body_size, address, is_websocket)
        if handle == EINVALID and address is not None:
            # Servers may say anything there, such as the name of a test's client. A unix socket has no port.
            unknown = None if port is None else CLIENT_UNKNOWN
            handle = self._library.open(method, target, headers, body_size, unknown, is_websocket)
        return handle

    async def _answer(self, scope, receive, send):
        target = self._target(scope)
        if target is None:
            return await _say(send, *self._elsewhere())
        first, size = await _begin_body(scope, receive)
        if first is None:
            return
        handle = self._open(scope, target, size, False)
        if isinstance(handle, int):
            return await _say(send, *_refusal(handle))
        exchange = Exchange(self._library, handle)
        pump = asyncio.ensure_future(_pump_body(exchange, first, receive))
        try:
            await _relay_answer(exchange, send)
        finally:
            pump.cancel()
            exchange.free()

    # -- WebSockets --

    async def _talk(self, scope, receive, send):
        target = self._target(scope)
        if target is None:
            return await _refuse(scope, receive, send, *self._elsewhere())
        handle = self._open(scope, target, 0, True)
        if isinstance(handle, int):
            return await _refuse(scope, receive, send, *_refusal(handle))
        exchange = Exchange(self._library, handle)
        pump = None
        try:
            await receive()  # websocket.connect
            events = await exchange.events()
            if not events or events[0][1] != 101:
                return await _deny(scope, exchange, events, send)
            await send(_acceptance(events[0]))
            pump = asyncio.ensure_future(_pump_messages(exchange, receive))
            await _relay_messages(exchange, events[1:], send, pump)
        finally:
            if pump is not None:
                pump.cancel()
            exchange.free()


async def _say(send, status, text):
    body = text.encode()
    headers = _TEXT + [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _refusal(code):
    if code == EINVALID:
        return 400, "This request cannot be read.\n"
    return 503, "This server is full, or going away: try again later.\n"


async def _refuse(scope, receive, send, status, text):
    """Without the app. A handshake ends with a status where the server has that, or with 403."""
    if scope["type"] == "http":
        return await _say(send, status, text)
    await receive()  # websocket.connect
    if _has_denials(scope):
        return await _say(_denial(send), status, text)
    await send({"type": "websocket.close", "code": {400: 1002, 503: 1012}.get(status, 1011)})


def _has_denials(scope):
    return "websocket.http.response" in (scope.get("extensions") or {})


def _denial(send):
    async def send_denial(message):
        await send({**message, "type": "websocket." + message["type"]})

    return send_denial


async def _begin_body(scope, receive):
    """The first piece of a request's body as (bytes, whether there is more), and its size; None: nobody is there."""
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return (b"", True), int(value)
    if scope["method"] in ("GET", "HEAD"):
        return (b"", True), 0
    message = await receive()
    if message["type"] != "http.request":
        return None, 0
    body, is_more = message.get("body", b""), message.get("more_body", False)
    return (body, is_more), BODY_UNKNOWN if is_more else len(body)


async def _pump_body(exchange, first, receive):
    """Until the browser leaves, which frees the exchange."""
    body, is_more = first
    exchange.body(body)
    while is_more:
        await exchange.room()
        message = await receive()
        if message["type"] != "http.request":
            return exchange.free()
        exchange.body(message.get("body", b""))
        is_more = message.get("more_body", False)
    exchange.body_end()
    if (await receive())["type"] == "http.disconnect":
        exchange.free()


async def _relay_answer(exchange, send):
    is_begun = False
    while events := await exchange.events():
        if events[0][0] == HEAD:
            is_begun = True
            _, status, headers, _, _ = events.pop(0)
            headers = [header for header in headers if header[0] != b"server"]
            await send({"type": "http.response.start", "status": status, "headers": headers})
        body = b"".join(event[3] for event in events if event[0] == BODY)
        is_end = bool(events) and events[-1][0] == END
        if body or is_end:
            await send({"type": "http.response.body", "body": body, "more_body": not is_end})
        if is_end:
            return
    if exchange.is_free:
        return
    if not is_begun:
        return await _say(send, *_refusal(0))
    raise Broken("the app's answer is not whole")


async def _deny(scope, exchange, events, send):
    if events and _has_denials(scope):
        exchange.give_back(events)
        return await _relay_answer(exchange, _denial(send))
    await send({"type": "websocket.close", "code": 1011})


def _acceptance(head):
    for name, value in head[2]:
        if name == b"sec-websocket-protocol":
            return {"type": "websocket.accept", "subprotocol": value.decode()}
    return {"type": "websocket.accept"}


async def _pump_messages(exchange, receive):
    """Until the browser leaves, which frees the exchange."""
    while True:
        message = await receive()
        if message["type"] != "websocket.receive":
            return exchange.leave(message.get("code") or 1005)
        data, text = message.get("bytes"), message.get("text")
        exchange.message(text.encode() if data is None else data, data is None)
        await exchange.room()


async def _relay_messages(exchange, events, send, pump):
    while True:
        for kind, status, _, data, is_text in events:
            if kind == CLOSED:
                return await _close(send, status, data.decode("utf-8", "replace"), pump)
            assert kind == MESSAGE
            message = {"type": "websocket.send"}
            message["text" if is_text else "bytes"] = data.decode() if is_text else data
            if not await _send_while_there(send, message, pump):
                return
        events = await exchange.events()
        if not events:
            # The browser has left, or the app is gone without a word.
            return pump.done() or await _close(send, 1011, "", pump)


async def _send_while_there(send, message, pump):
    """False: the browser has left. Servers say that in ways of their own, before or after they tell the app."""
    try:
        await send(message)
        return True
    except (OSError, RuntimeError):
        await asyncio.wait({pump}, timeout=1)
        if not pump.done():
            raise
        return False


async def _close(send, code, reason, pump):
    code = 1000 if code == 1005 else code
    try:
        await _send_while_there(send, {"type": "websocket.close", "code": code, "reason": reason}, pump)
    except Exception:
        if pump.done():
            return
        # Daphne takes no codes from 1001 to 2999: then the browser is not told why, and comes again.
        await send({"type": "websocket.close", "code": 1000})
