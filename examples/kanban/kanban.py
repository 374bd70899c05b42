# Kanban boards that everybody sees change at once: ../kanban.c as a program of Flet.
#
#     pip install "flet[web]==1.0.5" && python kanban.py

import asyncio
import os
import random
import sqlite3
import threading

import flet as ft

TITLES = ["To do", "Doing", "Done"]
SCHEMA = """
CREATE TABLE IF NOT EXISTS boards (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS cards (id INTEGER PRIMARY KEY, board INTEGER NOT NULL,
 col INTEGER NOT NULL, place REAL NOT NULL, title TEXT NOT NULL, text TEXT);
CREATE INDEX IF NOT EXISTS cards_of ON cards (board, place)"""

connections = threading.local()
present = {}  # by board: of each session its name


def query(sql, *values):
    if not hasattr(connections, "db"):
        path = os.getenv("KANBAN_DB", "kanban.db")
        connections.db = sqlite3.connect(path, timeout=5, isolation_level=None)
        connections.db.executescript(
            "PRAGMA journal_mode = wal; PRAGMA synchronous = normal;" + SCHEMA
        )
    return connections.db.execute(sql, values).fetchall()


class Kanban:
    def __init__(self, page):
        self.page = page
        self.board = 0
        self.name = f"Guest {random.randrange(1000)}"
        self.gone = None
        self.storage = ft.SharedPreferences()
        self.columns = ft.ResponsiveRow()
        self.people = ft.Row(wrap=True, spacing=4)
        self.filter = ft.TextField(label="Filter", width=240, dense=True, on_change=self.show_board)
        self.heading = ft.Text(size=24)
        self.boards = ft.Column()
        page.on_route_change = self.route_changed
        page.on_view_pop = self.view_popped
        page.on_connect = self.come_back
        page.on_disconnect = self.go_away
        page.on_close = self.leave
        page.pubsub.subscribe_topic("boards", self.show_boards)

    # -- a board --

    def step_button(self, side, card, column, title):
        return ft.IconButton(
            ft.Icons.CHEVRON_LEFT if side == "left" else ft.Icons.CHEVRON_RIGHT,
            tooltip=f"{title} to the {side}",
            key=f"{side}-{card}",
            disabled=column < 0 or column == len(TITLES),
            on_click=lambda e: self.move(card, column, focus=True),
        )

    def card_view(self, card, column, title, text):
        left = self.step_button("left", card, column - 1, title)
        right = self.step_button("right", card, column + 1, title)
        face = ft.Card(
            ft.Container(
                ft.Column(
                    [
                        ft.Text(title, weight=ft.FontWeight.W_500),
                        ft.Text(
                            text,
                            size=13,
                            max_lines=3,
                            visible=bool(text),
                            color=ft.Colors.ON_SURFACE_VARIANT,
                            overflow=ft.TextOverflow.ELLIPSIS,
                        ),
                        ft.Row([left, right], alignment=ft.MainAxisAlignment.END, spacing=0),
                    ],
                    spacing=4,
                    horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                ),
                padding=12,
                on_click=lambda e: self.edit_card(card, column, title, text),
            )
        )
        self.buttons[card] = left if column == len(TITLES) - 1 else right
        return ft.DragTarget(
            ft.Draggable(face, group="cards", data=card, key=f"card-{card}"),
            key=f"drop-{card}",
            group="cards",
            on_accept=lambda e: self.move(e.src.data, column, before=card),
        )

    def column_view(self, column, cards):
        content = ft.Column(
            [
                ft.Row(
                    [
                        ft.Text(TITLES[column], size=18, weight=ft.FontWeight.W_500),
                        ft.Text(str(len(cards))),
                    ],
                    alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
                ),
                ft.Column(cards, spacing=4, horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
                ft.TextButton(
                    "Add a card",
                    icon=ft.Icons.ADD,
                    on_click=lambda e: self.edit_card(0, column, "", ""),
                ),
            ],
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
        return ft.DragTarget(
            ft.Container(
                content, padding=12, bgcolor=ft.Colors.SURFACE_CONTAINER, border_radius=12
            ),
            key=f"column-{column}",
            group="cards",
            on_accept=lambda e: self.move(e.src.data, column),
        )

    def show_board(self, *_):
        cards = [[] for _ in TITLES]
        self.buttons = {}
        for card, column, title, text in query(
            "SELECT id, col, title, text FROM cards WHERE board = ?1 AND"
            " (title LIKE ?2 OR text LIKE ?2) ORDER BY place, id",
            self.board,
            f"%{self.filter.value}%",
        ):
            cards[column].append(self.card_view(card, column, title, text))
        self.columns.controls = [
            ft.Container(self.column_view(i, cards[i]), key=f"box-{i}", col={"xs": 12, "md": 4})
            for i in range(len(TITLES))
        ]
        self.page.update()

    def board_changed(self):
        self.show_board()
        self.page.pubsub.send_others_on_topic(f"board/{self.board}", "")

    # -- cards --

    def move(self, card, column, before=0, focus=False):
        if card == before:
            return
        if before:
            [(place,)] = query("SELECT place FROM cards WHERE id = ?", before)
        else:
            [(place,)] = query("SELECT max(place) + 1 FROM cards WHERE board = ?", self.board)
        query(
            "UPDATE cards SET col = CASE id WHEN ?1 THEN ?2 ELSE col END,"
            " place = CASE id WHEN ?1 THEN ?3 ELSE place + 1 END"
            " WHERE id = ?1 OR (board = ?4 AND place >= ?3)",
            card,
            column,
            place,
            self.board,
        )
        self.board_changed()
        if focus and card in self.buttons:
            self.page.run_task(self.buttons[card].focus)

    def edit_card(self, card, column, title, text):
        title_field = ft.TextField(label="Title", value=title, autofocus=True, max_length=79)
        text_field = ft.TextField(
            label="Text", value=text, multiline=True, min_lines=3, max_lines=8, max_length=399
        )
        save_button = ft.FilledButton("Save")

        def clear_error(e):
            title_field.error = None

        def save(e):
            if not title_field.value:
                title_field.error = "A card has a title"
                self.page.run_task(title_field.focus)
                return
            save_button.disabled = True
            self.page.update()
            if card:
                query(
                    "UPDATE cards SET title = ?, text = ? WHERE id = ?",
                    title_field.value,
                    text_field.value,
                    card,
                )
            else:
                query(
                    "INSERT INTO cards (board, col, title, text, place) SELECT ?1, ?2, ?3, ?4,"
                    " coalesce(max(place), 0) + 1 FROM cards WHERE board = ?1",
                    self.board,
                    column,
                    title_field.value,
                    text_field.value,
                )
            self.page.pop_dialog()
            self.board_changed()

        def delete(e):
            query("DELETE FROM cards WHERE id = ?", card)
            self.page.pop_dialog()
            self.page.pop_dialog()
            self.board_changed()

        def ask_delete(e):
            self.page.show_dialog(
                ft.AlertDialog(
                    title="Delete this card?",
                    content=ft.Text(f'"{title}" cannot be brought back.'),
                    actions=[
                        ft.TextButton("Cancel", on_click=lambda e: self.page.pop_dialog()),
                        ft.FilledButton("Delete", bgcolor=ft.Colors.ERROR, on_click=delete),
                    ],
                )
            )

        title_field.on_change = clear_error
        title_field.on_submit = save
        save_button.on_click = save
        self.page.show_dialog(
            ft.AlertDialog(
                title="Edit card" if card else f"New card: {TITLES[column]}",
                content=ft.Column([title_field, text_field], tight=True, width=420),
                actions=[
                    ft.TextButton("Delete", visible=bool(card), on_click=ask_delete),
                    ft.TextButton("Cancel", on_click=lambda e: self.page.pop_dialog()),
                    save_button,
                ],
            )
        )

    # -- who is here --

    def show_people(self, *_):
        people = present.get(self.board, {})
        self.people.controls = [
            ft.Chip(label=name, key=f"person-{who}") for who, name in people.items()
        ]
        self.page.update()

    def join(self):
        if self.board:
            present.setdefault(self.board, {})[self.page.session.id] = self.name
            self.page.pubsub.send_all_on_topic(f"people/{self.board}", "")

    def leave(self, *_):
        if self.board and present.get(self.board, {}).pop(self.page.session.id, None):
            self.page.pubsub.send_others_on_topic(f"people/{self.board}", "")

    async def go_away(self, e):
        async def wait():
            await asyncio.sleep(5)
            self.leave()

        self.gone = asyncio.create_task(wait())

    def come_back(self, e):
        if self.gone:
            self.gone.cancel()
        self.join()

    def prompt(self, title, label, value, required, yes, then):
        field = ft.TextField(label=label, value=value, autofocus=True)

        async def answer(e):
            if not field.value:
                field.error = required
                return
            self.page.pop_dialog()
            await then(field.value)

        field.on_submit = answer
        self.page.show_dialog(
            ft.AlertDialog(
                title=title,
                content=field,
                actions=[
                    ft.TextButton("Cancel", on_click=lambda e: self.page.pop_dialog()),
                    ft.FilledButton(yes, on_click=answer),
                ],
            )
        )

    def ask_name(self, e):
        async def rename(name):
            self.name = name
            self.join()
            await self.storage.set("kanban.name", name)

        why = "Others see it beside the board"
        self.prompt("Your name", "Name", self.name, why, "OK", rename)

    async def switch_theme(self, e):
        mode = self.page.theme_mode
        if mode == ft.ThemeMode.SYSTEM:
            is_dark = self.page.platform_brightness == ft.Brightness.DARK
        else:
            is_dark = mode == ft.ThemeMode.DARK
        self.page.theme_mode = ft.ThemeMode.LIGHT if is_dark else ft.ThemeMode.DARK
        await self.storage.set("kanban.theme", self.page.theme_mode.value)

    async def recall(self):
        mode = await self.storage.get("kanban.theme")
        if mode:
            self.page.theme_mode = ft.ThemeMode(mode)
        self.name = await self.storage.get("kanban.name") or self.name
        self.join()
        self.page.update()

    # -- the views --

    def load(self, place, work):
        place.controls = [ft.ProgressRing()]
        self.page.update()
        try:
            work()
        except Exception as error:
            place.controls = [
                ft.Text(str(error), color=ft.Colors.ERROR),
                ft.TextButton("Try again", on_click=lambda e: self.load(place, work)),
            ]
            self.page.update()

    def app_bar(self, title):
        return ft.AppBar(
            title=title,
            bgcolor=ft.Colors.SURFACE_CONTAINER,
            actions=[
                ft.IconButton(ft.Icons.PERSON, tooltip="Your name", on_click=self.ask_name),
                ft.IconButton(
                    ft.Icons.CONTRAST, tooltip="Light or dark", on_click=self.switch_theme
                ),
            ],
        )

    def enter_board(self, board):
        self.board = board
        self.filter.value = ""
        names = query("SELECT name FROM boards WHERE id = ?", board)
        self.heading.value = self.page.title = names[0][0] if names else ""
        self.page.pubsub.subscribe_topic(f"board/{board}", self.show_board)
        self.page.pubsub.subscribe_topic(f"people/{board}", self.show_people)
        self.join()
        self.load(self.columns, self.show_board)

    def leave_board(self):
        if self.board:
            self.page.pubsub.unsubscribe_topic(f"board/{self.board}")
            self.page.pubsub.unsubscribe_topic(f"people/{self.board}")
            self.leave()
        self.board = 0

    def show_boards(self, *_):
        self.boards.controls = [
            ft.ListTile(
                title=name,
                leading=ft.Icons.VIEW_KANBAN,
                key=f"open-{board}",
                on_click=lambda e, board=board: self.page.navigate(f"/board/{board}"),
            )
            for board, name in query("SELECT id, name FROM boards ORDER BY name")
        ] or [ft.Text("No boards yet: make the first one.", color=ft.Colors.ON_SURFACE_VARIANT)]
        self.page.update()

    def new_board(self, e):
        async def create(name):
            query("INSERT INTO boards (name) VALUES (?)", name)
            self.page.pubsub.send_all_on_topic("boards", "")

        self.prompt("New board", "Name", "", "A board has a name", "Create", create)

    def route_changed(self, e=None):
        self.leave_board()
        self.page.title = "Boards"
        new = ft.FilledButton("New board", icon=ft.Icons.ADD, on_click=self.new_board)
        home = [new, self.boards]
        self.page.views = [
            ft.View("/", home, appbar=self.app_bar("Boards"), scroll=ft.ScrollMode.AUTO)
        ]
        route = ft.TemplateRoute(self.page.route)
        if route.match("/board/:id"):
            top = ft.Row([self.heading, self.filter, self.people], wrap=True)
            body = [top, self.columns]
            self.page.views.append(
                ft.View(
                    self.page.route, body, appbar=self.app_bar("Board"), scroll=ft.ScrollMode.AUTO
                )
            )
            self.enter_board(int(route.id))
        self.load(self.boards, self.show_boards)

    def view_popped(self, e):
        self.page.navigate("/")


async def main(page: ft.Page):
    kanban = Kanban(page)
    kanban.route_changed()
    await kanban.recall()


ft.run(main, view=ft.AppView.WEB_BROWSER)
