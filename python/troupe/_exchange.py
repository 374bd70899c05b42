"""An exchange on an asyncio loop: what the app says is waited for, and what it has no room for."""

import asyncio
from collections import deque

from ._library import CLOSED, EFULL, END

# What is read of the app ahead of the server that sends it on.
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

    async def _until(self, call):
        """Calls until there is room for it; what it says."""
        while (result := call()) == EFULL:
            room = self._loop.create_future()
            self._loop.add_writer(self._fd, lambda room=room: room.done() or room.set_result(None))
            try:
                await room
            finally:
                if self._handle is not None:
                    self._loop.remove_writer(self._fd)
            if self._handle is None:
                break
        return result

    async def body(self, data):
        """False: the app wants no more."""
        while data and self._handle is not None:
            taken = await self._until(lambda data=data: self._library.body(self._handle, data) or EFULL)
            if taken < 0:
                return False
            data = data[taken:]
        return self._handle is not None

    async def body_end(self):
        if self._handle is not None:
            await self._until(lambda: self._library.body_end(self._handle))

    async def message(self, data, is_text):
        """False: the app wants no more."""
        if self._handle is None:
            return False
        if await self._until(lambda: self._library.message(self._handle, data, is_text)) < 0:
            return False
        return self._handle is not None and await self._until(lambda: self._library.flush(self._handle)) == 0

    def leave(self, code):
        """The browser has left with that code."""
        if self._handle is not None:
            self._library.close(self._handle, code)
        self.free()

    def free(self):
        if self._handle is None:
            return
        self._end()
        self._loop.remove_writer(self._fd)
        handle, self._handle = self._handle, None
        self._library.free(handle)
        self._wake()
