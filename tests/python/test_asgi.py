"""What an app says to an ASGI server, word by word. tests/e2e/python.test.mjs runs it."""

import asyncio
import os
import signal
import threading
import unittest
from unittest import mock

from harness import Request, ask, descriptors, http_scope, lifespan, load

import troupe
from troupe._exchange import Exchange

ANSWERER = load("answerer", trusted_proxies="unix")


def websocket_scope(path="/ws", **more):
    scope = http_scope("GET", path)
    scope.pop("method")
    return {**scope, "type": "websocket", **more}


async def connect(app, **more):
    request = Request(app, websocket_scope(**more))
    request.tell(kind="websocket.connect")
    return request, await request.next()


class Patient(unittest.IsolatedAsyncioTestCase):
    async def eventually(self, condition, text):
        deadline = asyncio.get_running_loop().time() + 20
        while not condition():
            self.assertLess(asyncio.get_running_loop().time(), deadline, text)
            await asyncio.sleep(0.01)


class Asgi(Patient):
    @classmethod
    def tearDownClass(cls):
        ANSWERER._library.stop()

    async def end_of(self, child):
        ends = []

        def has_ended():
            pid, status = os.waitpid(child, os.WNOHANG)
            if pid == child:
                ends.append(status)
            return pid == child

        try:
            await self.eventually(has_ended, "the child hangs")
        finally:
            if not ends:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
        return ends[0]

    async def test_a_page_its_head_and_what_is_not_there(self):
        status, headers, body = await ask(ANSWERER, "GET", "/")
        self.assertEqual(status, 200)
        self.assertEqual(headers[b"content-type"], b"text/html; charset=utf-8")
        self.assertEqual(int(headers[b"content-length"]), len(body))
        self.assertNotIn(b"server", headers)
        self.assertNotIn(b"connection", headers)
        self.assertEqual((await ask(ANSWERER, "HEAD", "/"))[2], b"")
        self.assertEqual((await ask(ANSWERER, "GET", "/assets/none.js"))[0], 404)
        self.assertEqual((await ask(ANSWERER, "POST", "/"))[0], 405)
        tag = (b"if-none-match", headers[b"etag"])
        self.assertEqual((await ask(ANSWERER, "GET", "/", [tag]))[0], 304)

    async def test_bodies_come_in_pieces_with_their_length_or_without(self):
        pieces = [b"a" * 30000, b"b" * 20000, b"c"]
        length = (b"content-length", b"50001")
        for headers in ([length], []):
            status, _, body = await ask(ANSWERER, "POST", "/api/async/x", headers, pieces)
            self.assertEqual(status, 200, body)
            self.assertIn(b'"size":50001,"sum":99', body)
            self.assertIn(b'"client":"192.0.2.9"', body)
        self.assertIn(b'"size":0', (await ask(ANSWERER, "POST", "/api/async/x"))[2])
        too_long = [(b"content-length", b"100001")]
        self.assertEqual((await ask(ANSWERER, "POST", "/api/async/x", too_long, [b"a" * 100001]))[0], 413)

    async def test_paths_are_as_they_came_or_as_they_mean(self):
        _, _, body = await ask(ANSWERER, "GET", "/api/async/x y", raw_path=b"/api/async/x%20y", query_string=b"q=%22a")
        self.assertIn(b'"a":"x y","q":"\\"a"', body)
        _, _, body = await ask(ANSWERER, "GET", "/api/async/\u00e4 %", raw_path=None)
        self.assertIn('"a":"\u00e4 %"'.encode(), body)

    async def test_what_cannot_be_read_is_400(self):
        self.assertEqual((await ask(ANSWERER, "GET", "/", [(b"x", b"a\r\nb: c")]))[0], 400)
        self.assertEqual((await ask(ANSWERER, "GET", "/", raw_path=b"/a\nb"))[0], 400)

    async def test_a_client_without_an_address_is_no_proxy_unless_on_a_unix_socket(self):
        forwarded = [(b"x-forwarded-for", b"203.0.113.9")]
        for client, seen in (
            (None, b"203.0.113.9"),
            (("unix:/run/app", None), b"203.0.113.9"),
            (("192.0.2.9", None), b"192.0.2.9"),
            (("testclient", 5), b"unknown"),
            (("", 5), b"unknown"),
        ):
            status, _, body = await ask(ANSWERER, "GET", "/api/async/x", forwarded, client=client)
            self.assertEqual(status, 200, client)
            self.assertIn(b'"client":"%s"' % seen, body, client)

    async def test_a_large_answer_waits_for_the_server(self):
        request = Request(ANSWERER, http_scope("GET", "/api/large"))
        request.tell(kind="http.request", body=b"", more_body=False)
        self.assertEqual((await request.next())["status"], 200)
        sizes = []
        while True:
            await asyncio.sleep(0)
            message = await request.next()
            sizes.append(len(message["body"]))
            if not message["more_body"]:
                break
        await request.end()
        self.assertEqual(sum(sizes), 3000000)
        self.assertLess(max(sizes), 200000)

    async def test_a_browser_that_leaves_is_forgotten(self):
        await ask(ANSWERER, "GET", "/")
        before = descriptors()
        for leave in ("http", "websocket", "cancel"):
            if leave == "websocket":
                request, said = await connect(ANSWERER)
                self.assertEqual(said["type"], "websocket.accept")
                request.tell(kind="websocket.disconnect", code=1001)
                await request.end()
                continue
            request = Request(ANSWERER, http_scope("GET", "/api/slow"))
            request.tell(kind="http.request", body=b"", more_body=False)
            await self.eventually(lambda: descriptors() > before, "the request begins")
            if leave == "http":
                request.tell(kind="http.disconnect")
                await request.end()
            else:
                request.task.cancel()
                await asyncio.wait({request.task})
        # The app closes its ends on threads of its own, at the latest with the time limit of that route.
        await self.eventually(lambda: descriptors() <= before, f"{descriptors()} descriptors, {before} before")

    async def test_a_browser_that_leaves_while_the_app_has_no_room_is_noticed(self):
        with mock.patch.object(ANSWERER._library, "body", lambda handle, data: 0):
            request = Request(ANSWERER, http_scope("POST", "/api/async/x", [(b"content-length", b"100000")]))
            for _ in range(3):
                request.tell(kind="http.request", body=bytes(10000), more_body=True)
            request.tell(kind="http.disconnect")
            await request.end()

    async def test_what_waits_for_room_is_bounded(self):
        pieces = []
        with mock.patch.object(ANSWERER._library, "body", lambda handle, data: 0):
            scope = http_scope("PUT", "/api/async/x", [(b"content-length", b"100000")])

            async def receive():
                pieces.append(bytes(10000))
                return {"type": "http.request", "body": pieces[-1], "more_body": True}

            request = asyncio.ensure_future(ANSWERER(scope, receive, None))
            await self.eventually(lambda: len(pieces) > 6, "the body is read ahead")
            for _ in range(100):
                await asyncio.sleep(0)
            self.assertLess(len(pieces), 10)
            request.cancel()
            await asyncio.wait({request})

    async def test_a_task_that_is_cancelled_as_its_exchange_ends_is_cancelled(self):
        await ask(ANSWERER, "GET", "/")
        headers = [(b"host", b"app.example")]
        exchange = Exchange(ANSWERER._library, ANSWERER._library.open(b"GET", b"/api/slow", headers, 0, None, False))
        task = asyncio.ensure_future(exchange.events())
        await self.eventually(lambda: exchange._waiter is not None, "it waits")
        task.cancel()
        exchange.free()
        with self.assertRaises(asyncio.CancelledError):
            await task

    async def test_websockets_end_with_the_apps_code(self):
        for message, code in (({"text": "text"}, 1003), ({"bytes": b"\0\xc1"}, 1007), ({"bytes": bytes(1000000)}, 1009)):
            request, said = await connect(ANSWERER)
            self.assertEqual(said["type"], "websocket.accept")
            request.tell(kind="websocket.receive", **message)
            said = await request.next()
            self.assertEqual((said["type"], said["code"]), ("websocket.close", code))
            self.assertTrue(said["reason"])
            await request.end()

    async def test_a_handshake_that_is_refused_says_why_where_the_server_can(self):
        request, said = await connect(ANSWERER, path="/none")
        self.assertEqual(said["type"], "websocket.close")
        await request.end()
        request, said = await connect(ANSWERER, path="/none", extensions={"websocket.http.response": {}})
        self.assertEqual((said["type"], said["status"]), ("websocket.http.response.start", 404))
        self.assertEqual((await request.next())["body"], b"No WebSocket here.\n")
        await request.end()
        request, said = await connect(ANSWERER, headers=[(b"host", b"a"), (b"sec-websocket-protocol", b"troupe")])
        self.assertEqual(said, {"type": "websocket.accept", "subprotocol": "troupe"})
        request.tell(kind="websocket.disconnect", code=1005)
        await request.end()

    async def test_a_fork_is_told(self):
        await ask(ANSWERER, "GET", "/")
        child = os.fork()
        if child == 0:
            try:
                ANSWERER._library.start()
            except troupe.NotStarted as error:
                os._exit(0 if "fork" in str(error) else 2)
            finally:
                os._exit(1)
        self.assertEqual(await self.end_of(child), 0)


class Start(Patient):
    """Each with an app of its own: one shared object has one app at a time."""

    async def test_a_server_is_told_of_the_start_and_of_the_end(self):
        app = load("failing", mount="/below", session_timeout=60)
        said = await lifespan(app, "startup", "shutdown")
        self.assertEqual([one["type"] for one in said], ["lifespan.startup.complete", "lifespan.shutdown.complete"])
        request = Request(app, {"type": "lifespan"})
        request.tell(kind="lifespan.startup")
        self.assertEqual((await request.next())["type"], "lifespan.startup.complete")
        self.assertEqual((await ask(app, "GET", "/below/"))[0], 200)
        self.assertEqual((await ask(app, "GET", "/"))[0], 404)
        # Servers with the mount in the path, and servers without it there.
        self.assertEqual((await ask(app, "GET", "/below/", root_path="/below"))[0], 200)
        self.assertEqual((await ask(app, "GET", "/", root_path="/below"))[0], 200)
        with self.assertLogs("troupe", "ERROR") as logs:
            self.assertEqual((await ask(app, "GET", "/", root_path="/other"))[0], 500)
        self.assertIn("mount='/other'", logs.output[0])
        websocket, accepted = await connect(app, path="/below/ws")
        self.assertEqual(accepted["type"], "websocket.accept")
        request.tell(kind="lifespan.shutdown")
        closed = await websocket.next()
        self.assertEqual((closed["type"], closed["code"]), ("websocket.close", 1012))
        self.assertEqual((await request.next())["type"], "lifespan.shutdown.complete")

    async def test_a_request_while_the_app_ends_is_sent_away(self):
        app = load("failing")
        self.assertEqual((await ask(app, "GET", "/"))[0], 200)
        is_ending, may_end = threading.Event(), threading.Event()
        stop = app._library._slow.tr_embed_stop

        def held_stop(embed):
            is_ending.set()
            may_end.wait(20)
            return stop(embed)

        with mock.patch.object(app._library, "_slow", mock.Mock(tr_embed_stop=held_stop)):
            ending = asyncio.get_running_loop().run_in_executor(None, app._library.stop)
            await self.eventually(is_ending.is_set, "it ends")
            try:
                self.assertEqual((await ask(app, "GET", "/"))[0], 503)
                request, said = await connect(app)
                self.assertEqual((said["type"], said["code"]), ("websocket.close", 1012))
                await request.end()
            finally:
                may_end.set()
                await ending
        # Nor does a late one start it anew, as nobody would end it.
        self.assertEqual((await ask(app, "GET", "/"))[0], 503)
        said = await lifespan(app, "startup")
        self.assertEqual(said[0]["type"], "lifespan.startup.complete")
        self.assertEqual((await ask(app, "GET", "/"))[0], 200)
        app._library.stop()

    async def test_a_start_that_failed_is_not_tried_for_each_request(self):
        app = load("failing", session_timeout="soon")
        begin = mock.Mock(side_effect=app._library._begin)
        with mock.patch.object(app._library, "_begin", begin), self.assertLogs("troupe", "ERROR") as logs:
            answers = await asyncio.gather(*(ask(app, "GET", "/") for _ in range(3)))
            denial = {"websocket.http.response": {}}
            _, said = await connect(app, extensions=denial)
        self.assertEqual([answer[0] for answer in answers], [500] * 3)
        self.assertIn(b"its log says why", answers[0][2])
        self.assertEqual((said["type"], said["status"]), ("websocket.http.response.start", 500))
        self.assertEqual(begin.call_count, 1)
        self.assertEqual(len(logs.output), 1, logs.output)
        self.assertIn("--session-timeout", logs.output[0])

    async def test_requests_wait_for_the_start_that_is_under_way(self):
        app = load("answerer")
        begin = app._library._begin
        is_begun, may_begin = threading.Event(), threading.Event()

        def begin_late():
            is_begun.set()
            may_begin.wait()
            begin()

        with mock.patch.object(app._library, "_begin", begin_late):
            first = asyncio.ensure_future(ask(app, "GET", "/"))
            await asyncio.get_running_loop().run_in_executor(None, is_begun.wait)
            second = asyncio.ensure_future(ask(app, "GET", "/"))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            self.assertFalse(second.done())
            may_begin.set()
            self.assertEqual([(await first)[0], (await second)[0]], [200, 200])
        app._library.stop()

    async def test_an_app_that_does_not_start_says_why(self):
        said = await lifespan(load("failing", session_timeout="soon"), "startup")
        self.assertEqual(said[0]["type"], "lifespan.startup.failed")
        self.assertIn("--session-timeout", said[0]["message"])
        said = await lifespan(load("failing", tls_cert="/a", tls_key="/b"), "startup")
        self.assertIn("TLS is the server's", said[0]["message"])
        with self.assertRaises(FileNotFoundError):
            troupe.asgi("/nowhere/app.so")

    def test_its_version_is_that_of_the_library(self):
        with open(os.path.join(os.path.dirname(__file__), "../../base/version.h")) as header:
            self.assertIn(f'#define TR_VERSION "{troupe.__version__}"', header.read())

    async def test_two_apps_live_in_one_process(self):
        one, two = load("failing"), load("uploader", mount="/files")
        self.assertEqual((await ask(one, "GET", "/"))[0], 200)
        self.assertEqual((await ask(two, "GET", "/files/"))[0], 200)
        with self.assertLogs("troupe", "ERROR") as logs:
            self.assertEqual((await ask(load("failing"), "GET", "/"))[0], 500)
        self.assertIn("runs already", logs.output[0])
        for app in (one, two):
            app._library.stop()


if __name__ == "__main__":
    unittest.main()
