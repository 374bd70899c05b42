# The pages of bench/browser/pages.c in NiceGUI: python nicegui_pages.py PAGE PORT

import asyncio
import sys

from nicegui import ui

# As in bench/browser/plan.mjs.
LINES, ROWS, COLUMNS, ITEMS, CHANGES, EACH_S = 200, 6000, 15, 10000, 20, 0.1


def line(at):
    with ui.row():
        ui.icon("star")
        ui.label(f"Order {at}")
        ui.label("Lisbon")
        ui.label(f"{at % 7} pieces")
        ui.label("open")
        ui.label(f"{at * 3}.50")
        ui.checkbox("Paid")
        ui.input("Note").style("width: 200px")
        ui.button("Send")


def controls():
    with ui.column():
        for at in range(LINES):
            line(at)


# Its own way for long tables: the browser draws the rows in sight.
def table():
    columns = [{"name": str(i), "label": f"Column {i}", "field": str(i)} for i in range(COLUMNS)]
    rows = [{"id": at} | {str(i): f"{at}.{i}" for i in range(COLUMNS)} for at in range(ROWS)]
    ui.table(columns=columns, rows=rows, row_key="id").props("virtual-scroll").style("height: 90vh; width: 100%")


def listing():
    with ui.column().classes("gap-0").style("height: 90vh; width: 100%; overflow-y: auto; flex-wrap: nowrap"):
        for at in range(ITEMS):
            ui.label(f"Item {at}")


def change():
    async def on_click():
        for i in range(CHANGES):
            first.text = f"Change {i}"
            await asyncio.sleep(EACH_S)

    ui.button("Change", on_click=on_click)
    with ui.column().style("height: 80vh; width: 100%; overflow-y: auto; flex-wrap: nowrap"):
        first = ui.label("Item 0")
        for at in range(1, ITEMS):
            ui.label(f"Item {at}")


pages = {"controls": controls, "table": table, "list": listing, "change": change}
ui.page("/")(pages[sys.argv[1]])
ui.run(host="127.0.0.1", port=int(sys.argv[2]), show=False, reload=False)
