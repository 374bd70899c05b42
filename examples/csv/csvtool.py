# A file of comma-separated values, sent, read, shown, edited and taken home: ../csv.c in Flet.
#
#     pip install "flet[web]==1.0.5" "flet-charts==1.0.5"
#     FLET_SECRET_KEY=secret FLET_UPLOAD_DIR=/tmp/uploads python csvtool.py

import asyncio
import csv
import io
import os
import sqlite3
import threading
import time
import uuid

import flet as ft
import flet_charts as fch

COLUMNS, BINS, SAMPLE_ROWS, PAGE, IMPORT_S = 12, 12, 5000, 50, 600
connections = threading.local()


def database():
    if not hasattr(connections, "db"):
        path = os.getenv("CSV_DB", "csv.db")
        connections.db = sqlite3.connect(path, timeout=5, isolation_level=None)
        connections.db.executescript("PRAGMA journal_mode = wal; PRAGMA synchronous = normal")
        # A file becomes a table of its own, in batches, so that others can write meanwhile. Until
        # it is whole it stands in `imports`, and no page has it.
        connections.db.execute(
            "CREATE TABLE IF NOT EXISTS imports (name TEXT PRIMARY KEY, began INTEGER)"
        )
    return connections.db


def query(sql, *values):
    return database().execute(sql, values).fetchall()


def is_number(text):
    try:
        float(text)
        return True
    except ValueError:
        return False


def sample():
    cities = ["Aarhus", "Bergen", "Cork", "Dresden", "Essen"]
    lines = ['Number,City,Amount,"Note, if any"']
    for i in range(1, SAMPLE_ROWS + 1):
        amount = f"{i * 7919 % 1000}.{i % 100:02}"
        lines.append(f'{i},{cities[i * 7 % 5]},{amount},"the ""{i}."""')
    return io.StringIO("\n".join(lines))


class Csv:
    def __init__(self, page):
        self.page = page
        self.table = None
        self.names = []
        self.numbers = []
        self.rows = self.count = self.first = self.sorted = self.typed = 0
        self.is_descending = self.is_cancelled = False
        self.picker = ft.FilePicker(on_upload=self.upload_heard)
        self.choose = ft.FilledButton(
            "Choose a file", icon=ft.Icons.UPLOAD_FILE, on_click=self.choose_file
        )
        self.sample = ft.OutlinedButton("Use a sample", on_click=lambda e: self.start(None))
        self.cancel = ft.OutlinedButton("Cancel", visible=False, on_click=self.cancel_import)
        self.status = ft.Text("No file yet")
        self.progress = ft.ProgressBar(visible=False)
        self.filter = ft.TextField(
            label="Filter", width=240, dense=True, on_change=self.filter_typed
        )
        self.column = ft.Dropdown(label="Chart of", on_select=self.show_chart)
        download = ft.OutlinedButton(
            "Download", icon=ft.Icons.DOWNLOAD, on_click=self.download_rows
        )
        self.tools = ft.Row([self.filter, self.column, download], wrap=True, visible=False)
        self.chart = ft.Container(visible=False)
        self.data = ft.DataTable(columns=[ft.DataColumn("")])
        self.place = ft.Text()
        self.before = ft.IconButton(
            ft.Icons.CHEVRON_LEFT, tooltip="Before", on_click=lambda e: self.turn(-PAGE)
        )
        self.after = ft.IconButton(
            ft.Icons.CHEVRON_RIGHT, tooltip="After", on_click=lambda e: self.turn(PAGE)
        )
        self.below = ft.Column(
            [
                ft.Row([self.before, self.place, self.after]),
                ft.Row([self.data], scroll=ft.ScrollMode.AUTO),
            ],
            visible=False,
            expand=True,
            scroll=ft.ScrollMode.AUTO,
        )
        page.appbar = ft.AppBar(title="CSV")
        page.on_close = lambda e: self.drop(self.table)
        page.add(
            ft.Row([self.choose, self.sample, self.cancel, self.status], wrap=True),
            self.progress,
            self.tools,
            self.chart,
            self.below,
        )

    # -- what is asked of the database --

    def list_of(self, between, form):
        return between.join(form.format(i) for i in range(len(self.names)))

    def select(self, what, end=""):
        text = self.list_of(" || ' ' || ", "c{}")
        return (
            f"SELECT {what} FROM import_{self.table}"
            f" WHERE instr(lower({text}), lower(?1)) > 0 OR ?1 = '' {end}"
        )

    def wanted(self, limit, offset):
        order = f"c{self.sorted - 1} {'DESC' if self.is_descending else ''}," if self.sorted else ""
        what = "rowid, " + self.list_of(", ", "c{}")
        sql = self.select(what, f"ORDER BY {order} rowid LIMIT ?2 OFFSET ?3")
        return query(sql, self.filter.value, limit, offset)

    def show_rows(self):
        self.data.columns = [
            ft.DataColumn(name, numeric=number, on_sort=self.sort)
            for name, number in zip(self.names, self.numbers)
        ]
        self.data.sort_column_index = self.sorted - 1 if self.sorted else None
        self.data.sort_ascending = not self.is_descending
        self.data.rows = [
            ft.DataRow([self.cell(row, i, text) for i, text in enumerate(texts)])
            for row, *texts in self.wanted(PAGE, self.first)
        ]
        last = min(self.first + PAGE, self.count)
        self.place.value = f"{self.first + 1 if last else 0} to {last}"
        self.before.disabled = self.first == 0
        self.after.disabled = last == self.count
        self.page.update()

    def cell(self, row, column, text):
        return ft.DataCell(
            ft.Text(str(text), max_lines=1, overflow=ft.TextOverflow.ELLIPSIS),
            on_tap=lambda e: self.edit(row, column, str(text)),
        )

    def turn(self, by):
        self.first += by
        self.show_rows()

    def sort(self, e):
        self.is_descending = self.sorted == e.column_index + 1 and not self.is_descending
        self.sorted = e.column_index + 1
        self.first = 0
        self.show_rows()

    def show_chart(self, *_):
        column, filter = f"c{self.column.value}", self.filter.value
        [(least, most)] = query(self.select(f"min({column}), max({column})"), filter)
        least, most = float(least or 0), float(most or 0)
        step = (most - least) / BINS if most > least else 1
        counts = [0] * BINS
        sql = self.select(f"min(CAST(({column} - ?2) / ?3 AS INT), ?4), count(*)", "GROUP BY 1")
        for bin, count in query(sql, filter, least, step, BINS - 1):
            counts[max(bin or 0, 0)] += count
        groups, labels = [], []
        for i in range(BINS):
            start = f"{least + i * step:.6g}"
            rod = fch.BarChartRod(to_y=counts[i], width=16, tooltip=f"from {start}: {counts[i]}")
            groups.append(fch.BarChartGroup(x=i, rods=[rod]))
            labels.append(fch.ChartAxisLabel(value=i, label=start if i % 4 == 0 else ""))
        self.chart.content = fch.BarChart(
            height=160,
            groups=groups,
            left_axis=fch.ChartAxis(label_size=48),
            bottom_axis=fch.ChartAxis(labels=labels),
        )
        self.page.update()

    # What passes the filter, from its beginning.
    def count_rows(self):
        [(self.count,)] = query(self.select("count(*)"), self.filter.value)
        self.first = 0
        self.status.value = f"{self.count} of {self.rows} rows"
        self.show_rows()
        if self.column.value:
            self.show_chart()

    def edit(self, row, column, text):
        field = ft.TextField(label=self.names[column], value=text, autofocus=True)

        def save(e):
            if self.numbers[column] and not is_number(field.value):
                field.error = "A number"
                return
            sql = f"UPDATE import_{self.table} SET c{column} = ? WHERE rowid = ?"
            query(sql, field.value, row)
            self.page.pop_dialog()
            self.show_rows()
            self.show_chart()

        field.on_submit = save
        actions = [
            ft.TextButton("Cancel", on_click=lambda e: self.page.pop_dialog()),
            ft.FilledButton("Save", on_click=save),
        ]
        self.page.show_dialog(ft.AlertDialog(title="Edit", content=field, actions=actions))

    async def filter_typed(self, e):
        self.typed += 1
        typed = self.typed
        await asyncio.sleep(0.25)  # there may be more to come
        if typed == self.typed:
            await asyncio.to_thread(self.count_rows)

    # -- taking it home --

    async def download_rows(self, e):
        def write():
            out = io.StringIO()
            writer = csv.writer(out)
            writer.writerow(self.names)
            writer.writerows(row[1:] for row in self.wanted(-1, 0))
            return out.getvalue().encode()

        data = await asyncio.to_thread(write)
        await self.picker.save_file(file_name="rows.csv", src_bytes=data)

    # -- reading a file --

    def show_busy(self, is_busy):
        self.progress.visible = self.cancel.visible = is_busy
        self.progress.value = 0
        self.choose.disabled = self.sample.disabled = is_busy
        self.page.update()

    # Each import that begins takes away one whose process died in the middle.
    def begin_import(self, table):
        sql = "SELECT name FROM imports WHERE began < unixepoch() - ? LIMIT 1"
        for (dead,) in query(sql, IMPORT_S):
            self.drop(dead)
        query("INSERT INTO imports VALUES (?, unixepoch())", table)

    def import_rows(self, file, size, table):
        reader = csv.reader(file, strict=True)
        names = next(reader)[:COLUMNS]
        numbers = [True] * len(names)
        columns = ", ".join(f"c{i} NUMERIC" for i in range(len(names)))
        insert = f"INSERT INTO import_{table} VALUES ({', '.join('?' * len(names))})"
        rows = done = 0
        self.begin_import(table)
        query(f"CREATE TABLE import_{table} ({columns})")
        for fields in reader:
            if not fields:
                continue
            fields = (fields + [""] * len(names))[: len(names)]
            numbers = [n and (f == "" or is_number(f)) for n, f in zip(numbers, fields)]
            if not database().in_transaction:
                query("BEGIN IMMEDIATE")
                began = time.monotonic()
            query(insert, *fields)
            if time.monotonic() - began > 0.02:
                query("COMMIT")
                time.sleep(0.01)
            rows += 1
            done += sum(len(field) + 1 for field in fields)
            if rows % 1000 == 0:
                if self.is_cancelled:
                    return None
                self.progress.value = min(done / size, 1)
                self.status.value = f"{rows} rows"
                self.page.update()
        if database().in_transaction:
            query("COMMIT")
        query("DELETE FROM imports WHERE name = ?", table)
        return names, numbers, rows

    def read(self, path):
        table, found = uuid.uuid4().hex, None
        try:
            with open(path, encoding="utf-8-sig", newline="") if path else sample() as file:
                size = os.path.getsize(path) if path else SAMPLE_ROWS * 30
                found = self.import_rows(file, size, table)
        except (OSError, StopIteration, UnicodeDecodeError, csv.Error, sqlite3.Error) as error:
            self.status.value = f"That could not be read: {error}"
        if not found:
            if database().in_transaction:
                query("ROLLBACK")
            self.drop(table)
            self.show_busy(False)
            return
        self.drop(self.table)
        self.table, self.sorted, self.is_descending = table, 0, False
        self.names, self.numbers, self.rows = found
        numeric = [i for i, number in enumerate(self.numbers) if number]
        self.column.options = [ft.DropdownOption(key=str(i), text=self.names[i]) for i in numeric]
        self.column.value = str(numeric[0]) if numeric else None
        self.filter.value = ""
        self.tools.visible = self.chart.visible = self.below.visible = True
        self.show_busy(False)
        self.count_rows()

    def start(self, path):
        self.is_cancelled = False
        self.show_busy(True)
        self.page.run_thread(self.read, path)

    def cancel_import(self, e):
        self.is_cancelled = True
        self.status.value = "Cancelled"

    def drop(self, table):
        if table:
            query(f"DROP TABLE IF EXISTS import_{table}")
            query("DELETE FROM imports WHERE name = ?", table)

    async def choose_file(self, e):
        files = await self.picker.pick_files(
            allowed_extensions=["csv"], file_type=ft.FilePickerFileType.CUSTOM
        )
        if not files:
            return
        self.name = f"{uuid.uuid4().hex}.csv"
        url = self.page.get_upload_url(self.name, 600)
        self.show_busy(True)
        await self.picker.upload([ft.FilePickerUploadFile(upload_url=url, id=files[0].id)])

    def upload_heard(self, e):
        if e.error:
            self.show_busy(False)
            self.page.show_dialog(ft.SnackBar(ft.Text(e.error)))
        elif e.progress == 1:
            self.start(os.path.join(os.environ["FLET_UPLOAD_DIR"], self.name))
        else:
            self.progress.value = e.progress
            self.page.update()


def main(page: ft.Page):
    Csv(page)


ft.run(main, view=ft.AppView.WEB_BROWSER, upload_dir=os.getenv("FLET_UPLOAD_DIR"))
