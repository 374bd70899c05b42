"""examples/counter.c in Flet, for bench/servers.mjs."""

import flet as ft


def main(page: ft.Page):
    page.title = "Counter"
    count = ft.Text("0", size=40)

    def add(_):
        count.value = str(int(count.value) + 1)

    page.add(count, ft.Button("Add one", on_click=add))


app = ft.run(main, export_asgi_app=True)
