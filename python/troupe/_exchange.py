"""An exchange on an asyncio loop: what the app says is waited for, and what it has no room for."""

import asyncio
from collections import deque

from ._library import CLOSED, EFULL, END

# What is read of the app ahead of the server that sends it on; and of the server, ahead of the app, and a piece or message.
AHEAD_BYTES = 64 * 1024


class Exchange:
    """Used by tasks of the loop that has made it."""

    def __init__(self, library, handle):
        self._library = library
        self._handle = handle
        self._loop = asyncio.get_running_loop()
        self._fd = library.fd(handle)
        self._events = deque()
        self._waiter = None
        self._is_watched = False
        self._is_over = False
        self._waiting = deque()  # (how, data, …) that the app has had no room for
        self._waiting_bytes = 0
        self._room = None
        self._is_room_watched = False
        self._is_deaf = False
        self._watch(True)

    @property
    def is_free(self):
        """The browser has left."""
        return self._handle is None

    def give_back(self, events):
        self._events.extendleft(reversed(events))

    def _watch(self, is_wanted):
        if is_wanted != self._is_watched:
            self._is_watched = is_wanted
            if is_wanted:
                self._loop.add_reader(self._fd, self._on_readable)
            else:
                self._loop.remove_reader(self._fd)

    def _on_readable(self):
        ahead = 0
        while ahead < AHEAD_BYTES:
            event = self._library.read(self._handle)
            if event == 0:
                break
            if isinstance(event, int):
                self._end()
                break
            self._events.append(event)
            ahead += len(event[3])
            if event[0] in (END, CLOSED):
                self._end()
                break
        else:
            self._watch(False)
        if self._events or self._is_over:
            self._wake()

    def _wake(self):
        waiter, self._waiter = self._waiter, None
        # One whose task was cancelled is done already.
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    def _end(self):
        self._is_over = True
        self._watch(False)

    async def events(self):
        """Those that are there, at least one; none at all: there will be none."""
        while not self._events and not self._is_over:
            if not self._is_watched:
                # More may be there that the descriptor does not tell of.
                self._watch(True)
                self._on_readable()
                continue
            self._waiter = self._loop.create_future()
            await self._waiter
        events = list(self._events)
        self._events.clear()
        return events

    # -- towards the app --

    async def room(self):
        """Waits while much waits for the app. So the server is listened to meanwhile, which may say that the browser has left."""
        while self._waiting_bytes >= AHEAD_BYTES and self._handle is not None:
            self._room = self._loop.create_future()
            await self._room

    def body(self, data):
        self._put(self._write_body, data)

    def body_end(self):
        self._put(self._write_body_end, b"")

    def message(self, data, is_text):
        self._put(self._write_message, data, is_text)
        self._put(self._flush, b"")

    def _write_body(self, data):
        while data:
            taken = self._library.body(self._handle, data)
            if taken < 0:
                return taken
            if taken == 0:
                self._waiting[0] = (self._write_body, data)
                return EFULL
            self._waiting_bytes -= taken
            data = data[taken:]
        return 0

    def _write_body_end(self, _):
        return self._library.body_end(self._handle)

    def _write_message(self, data, is_text):
        result = self._library.message(self._handle, data, is_text)
        if result == 0:
            self._waiting_bytes -= len(data)
        return result

    def _flush(self, _):
        return self._library.flush(self._handle)

    def _put(self, write, data, *more):
        """What goes to the app goes in order, at once where there is room."""
        if self._handle is None or self._is_deaf:
            return
        self._waiting.append((write, data, *more))
        self._waiting_bytes += len(data)
        if len(self._waiting) == 1:
            self._write()

    def _write(self):
        result = 0
        while self._waiting and result == 0:
            write, *arguments = self._waiting[0]
            result = write(*arguments)
            if result == 0:
                self._waiting.popleft()
        if result < 0 and result != EFULL:
            # It wants no more; what it says may still be there to read.
            self._is_deaf = True
            self._forget_waiting()
        self._watch_room(bool(self._waiting))
        if self._waiting_bytes < AHEAD_BYTES:
            self._tell_of_room()

    def _watch_room(self, is_wanted):
        if is_wanted != self._is_room_watched:
            self._is_room_watched = is_wanted
            if is_wanted:
                self._loop.add_writer(self._fd, self._write)
            else:
                self._loop.remove_writer(self._fd)

    def _forget_waiting(self):
        self._waiting.clear()
        self._waiting_bytes = 0

    def _tell_of_room(self):
        room, self._room = self._room, None
        if room is not None and not room.done():
            room.set_result(None)

    def leave(self, code):
        """The browser has left with that code."""
        if self._handle is not None:
            self._library.close(self._handle, code)
        self.free()

    def free(self):
        if self._handle is None:
            return
        self._end()
        self._forget_waiting()
        self._watch_room(False)
        handle, self._handle = self._handle, None
        self._library.free(handle)
        self._wake()
        self._tell_of_room()
