"""The cases of page.c with Flet: `flet_page.py CASE COUNT`.

The controls as an author builds them, Flet's own session, diff and encoding; what would go to the
browser is counted and dropped.
"""

import asyncio
import sys
import time

import flet as ft
import msgpack
from flet.controls.base_control import BaseControl
from flet.messaging.connection import Connection
from flet.messaging.protocol import configure_encode_object_for_msgpack
from flet.messaging.session import Session
from flet.pubsub.pubsub_hub import PubSubHub

ROWS = 250
LIST_ROWS = 1000


class Drain(Connection):
    def __init__(self):
        super().__init__()
        self.bytes = 0
        self.pubsubhub = PubSubHub()
        self.encode = configure_encode_object_for_msgpack(BaseControl)

    def send_message(self, message):
        self.bytes = len(msgpack.packb([message.action, message.body], default=self.encode))


def rows(count):
    return ft.Column(
        spacing=4,
        controls=[
            ft.Row(
                spacing=8,
                controls=[
                    ft.Text(f"Row {i}", size=16),
                    ft.Text(str(i * 7)),
                    ft.Button("Open", icon=ft.Icons.ADD),
                ],
            )
            for i in range(count)
        ],
    )


def open_page(content):
    connection = Drain()
    session = Session(connection)
    session.page.controls.append(content)
    return connection, session


def first_page(connection, session):
    return len(msgpack.packb(session.get_page_patch(), default=connection.encode))


def build_and_encode(count):
    begin = time.perf_counter_ns()
    for _ in range(count):
        assert first_page(*open_page(rows(ROWS))) > ROWS * 64
    return (time.perf_counter_ns() - begin) / count / 1000


def change(count):
    column = rows(ROWS)
    connection, session = open_page(column)
    first_page(connection, session)
    text = column.controls[ROWS // 2].controls[0]
    begin = time.perf_counter_ns()
    for i in range(count):
        connection.bytes = 0
        text.value = "odd" if i % 2 else "even"
        session.page.update()  # what Flet does by itself after a handler
        assert connection.bytes > 0
    return (time.perf_counter_ns() - begin) / count


def reconcile(count, moved):
    column = ft.Column()
    connection, session = open_page(column)
    first = 0
    for i in range(count + 1):
        if i == 1:
            begin = time.perf_counter_ns()
        ids = [(at + first) % LIST_ROWS for at in range(LIST_ROWS)]
        column.controls = [
            ft.Text(f"Row {i if id == LIST_ROWS // 2 else id}", key=f"row-{id}") for id in ids
        ]
        first += moved
        if i == 0:
            first_page(connection, session)
        else:
            connection.bytes = 0
            column.update()
            assert connection.bytes > 0
    return (time.perf_counter_ns() - begin) / count / 1000


def resident_bytes():
    with open("/proc/self/status", encoding="ascii") as status:
        return sum(int(line.split()[1]) for line in status if line.startswith(("VmRSS", "VmPTE"))) * 1024


def bytes_of_text(count, beginning):
    first_page(*open_page(ft.Column([ft.Text("warm")])))
    before = resident_bytes()
    column = ft.Column()
    connection, session = open_page(column)
    column.controls = [ft.Text(f"{beginning}{i:05}") for i in range(count)]
    first_page(connection, session)
    return (resident_bytes() - before) / count


CASES = {
    "build-and-encode-1000": build_and_encode,
    "change-in-1000": change,
    "reconcile-1000": lambda count: reconcile(count, 0),
    "reconcile-1000-moved": lambda count: reconcile(count, 1),
    "text-bytes": lambda count: bytes_of_text(count, "Number "),
    "long-text-bytes": lambda count: bytes_of_text(count, "A line of a text "),
}


async def main():
    print(f"{CASES[sys.argv[1]](int(sys.argv[2])):.3f} 0")


asyncio.run(main())
