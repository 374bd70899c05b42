"""An app's shared object, as include/troupe/embed.h has it."""

import ctypes
import os
import resource
import threading

EFULL, EGONE, EINVALID = -1, -3, -5
HEAD, BODY, END, MESSAGE, CLOSED = range(5)
BODY_UNKNOWN = 2**64 - 1
CLIENT_UNKNOWN = b"unknown"
WHY_CAP = 1024


class NotStarted(RuntimeError):
    """The app does not start, and this is why."""


class Slice(ctypes.Structure):
    _fields_ = [("data", ctypes.c_void_p), ("size", ctypes.c_uint32)]


class Text(ctypes.Structure):
    """A Slice that Python's bytes go into."""

    _fields_ = [("data", ctypes.c_char_p), ("size", ctypes.c_uint32)]


class Header(ctypes.Structure):
    _fields_ = [("name", Slice), ("value", Slice)]


class RequestHeader(ctypes.Structure):
    _fields_ = [("name", Text), ("value", Text)]


class Request(ctypes.Structure):
    _fields_ = [
        ("method", Text),
        ("target", Text),
        ("headers", ctypes.POINTER(RequestHeader)),
        ("header_count", ctypes.c_size_t),
        ("body_size", ctypes.c_uint64),
        ("client", ctypes.c_char_p),
        ("is_websocket", ctypes.c_bool),
    ]


class Event(ctypes.Structure):
    _fields_ = [
        ("kind", ctypes.c_int),
        ("status", ctypes.c_uint),
        ("headers", ctypes.POINTER(Header)),
        ("header_count", ctypes.c_size_t),
        ("bytes", ctypes.c_void_p),
        ("size", ctypes.c_size_t),
        ("is_text", ctypes.c_bool),
    ]


class Options(ctypes.Structure):
    _fields_ = [
        ("app", ctypes.c_void_p),
        ("main", ctypes.c_void_p),
        ("arguments", ctypes.POINTER(ctypes.c_char_p)),
        ("name", ctypes.c_char_p),
        ("why", ctypes.c_char_p),
    ]


def _text(value):
    return Text(value, len(value))


def _read(slice_):
    return ctypes.string_at(slice_.data, slice_.size)


def _raise_file_limit():
    # A connection has three descriptors: the server's, and one at each end of the exchange.
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


# Libraries that apps share (libwebsockets) are set up by one of them at a time.
_starting = threading.Lock()
# Held for moments: an app is not taken away while a request is on its way to it.
_opening = threading.Lock()


def _renew_locks():
    global _starting, _opening
    _starting, _opening = threading.Lock(), threading.Lock()


# Of those that other threads held as they forked.
os.register_at_fork(after_in_child=_renew_locks)

NEW, STARTING, SERVING, ENDING, ENDED, FAILED = range(6)


class Library:
    """One app. Starts at most once at a time, in the process that uses it."""

    def __init__(self, path, arguments):
        self._path = os.path.abspath(path)
        self._arguments = arguments
        self._embed = ctypes.c_void_p()
        self._state = NEW
        self._process = None  # that has started it
        self._event = Event()
        if not os.path.exists(self._path):
            raise FileNotFoundError(f"{path} is not there: make it first (docs/embedding.md)")

    @property
    def _state_here(self):
        """A child of a fork has none of the app's threads: what became of a start before it does not count there."""
        return self._state if self._process == os.getpid() else NEW

    @property
    def is_new(self):
        """Nobody has started it, or somebody is about to."""
        return self._state_here in (NEW, STARTING)

    @property
    def has_failed(self):
        return self._state_here == FAILED

    def _load(self):
        # What waits lets other threads of Python run; what does not wait need not.
        self._slow = ctypes.CDLL(self._path)
        fast = self._fast = ctypes.PyDLL(self._path)
        for name in ("tr_exchange_fd", "tr_exchange_body_end", "tr_exchange_flush"):
            getattr(fast, name).argtypes = [ctypes.c_void_p]
        fast.tr_embed_open.argtypes = [ctypes.c_void_p, ctypes.POINTER(Request), ctypes.POINTER(ctypes.c_void_p)]
        fast.tr_exchange_body.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]
        fast.tr_exchange_message.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_bool]
        fast.tr_exchange_close.argtypes = [ctypes.c_void_p, ctypes.c_uint]
        fast.tr_exchange_close.restype = None
        fast.tr_exchange_read.argtypes = [ctypes.c_void_p, ctypes.POINTER(Event)]
        fast.tr_exchange_free.argtypes = [ctypes.POINTER(ctypes.c_void_p)]
        fast.tr_exchange_free.restype = None

    def start(self):
        """Waits until the app serves, also one that has ended or failed before. Any thread."""
        with _starting:
            self._start()

    def start_once(self):
        """The same for one that was never started here; True: it was this call that did. Any thread."""
        with _starting:
            if not self.is_new:
                return False
            self._start()
            return True

    def _start(self):
        if self._state_here in (SERVING, ENDING):
            return
        was_before_a_fork = self._process != os.getpid() and self._state in (SERVING, ENDING)
        self._process, self._state = os.getpid(), STARTING
        try:
            if was_before_a_fork:
                raise NotStarted(f"{self._path} was started before a fork: start it in the process that serves")
            _raise_file_limit()
            self._load()
            self._begin()
        except BaseException:
            self._state = FAILED
            raise
        self._state = SERVING

    def _begin(self):
        arguments = [os.fsencode(text) for text in self._arguments]
        why = ctypes.create_string_buffer(WHY_CAP)
        options = Options(
            main=ctypes.cast(self._slow.main, ctypes.c_void_p),
            arguments=(ctypes.c_char_p * (len(arguments) + 1))(*arguments, None),
            name=os.fsencode(os.path.splitext(os.path.basename(self._path))[0]),
            why=ctypes.cast(why, ctypes.c_char_p),
        )
        result = self._slow.tr_embed_start(ctypes.byref(options), ctypes.byref(self._embed))
        if result < 0:
            raise NotStarted(why.value.decode("utf-8", "replace") or f"{self._path}: error {result}")

    def stop(self):
        """Ends the app, as SIGTERM ends a program; waits for that. Any thread."""
        with _starting:
            if self._state_here not in (SERVING, ENDING):
                return
            with _opening:
                self._state = ENDING
            if self._slow.tr_embed_stop(ctypes.byref(self._embed)) < 0:
                raise TimeoutError(f"{self._path} does not end: its log names the code that runs")
            self._state = ENDED

    def open(self, method, target, headers, body_size, client, is_websocket):
        """An exchange's handle, or one of the error codes; EGONE: it ends, or has ended. Any thread."""
        lines = (RequestHeader * len(headers))(*((_text(name), _text(value)) for name, value in headers))
        request = Request(_text(method), _text(target), lines, len(headers), body_size, client, is_websocket)
        out = ctypes.c_void_p()
        with _opening:
            if self._state_here != SERVING:
                return EGONE
            result = self._fast.tr_embed_open(self._embed, ctypes.byref(request), ctypes.byref(out))
        return out if result == 0 else result

    def fd(self, handle):
        return self._fast.tr_exchange_fd(handle)

    def read(self, handle):
        """An event as (kind, status, headers, bytes, is_text); 0: none now; below zero: none any more."""
        event = self._event
        result = self._fast.tr_exchange_read(handle, ctypes.byref(event))
        if result != 1:
            return result
        if event.kind == HEAD:
            headers = [(_read(h.name), _read(h.value)) for h in event.headers[: event.header_count]]
            return HEAD, event.status, headers, b"", False
        return event.kind, event.status, None, ctypes.string_at(event.bytes, event.size), event.is_text

    def body(self, handle, data):
        return self._fast.tr_exchange_body(handle, data, len(data))

    def body_end(self, handle):
        return self._fast.tr_exchange_body_end(handle)

    def message(self, handle, data, is_text):
        return self._fast.tr_exchange_message(handle, data, len(data), is_text)

    def flush(self, handle):
        return self._fast.tr_exchange_flush(handle)

    def close(self, handle, code):
        self._fast.tr_exchange_close(handle, code)

    def free(self, handle):
        self._fast.tr_exchange_free(ctypes.byref(handle))
