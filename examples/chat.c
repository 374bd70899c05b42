// A chat: rooms with addresses of their own, who is here, who is typing, what was said before one
// came. Pages hear each other over topics and presence, in whatever process they live; an actor in
// each process (chat/keeper.c) keeps the last lines. The name is the browser's to remember.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <troupe/actors.h>
#include <troupe/troupe.h>

#include "chat/state.h"

enum {
    TYPING_MS = 4000,       // one that was not heard of for so long has stopped
    TYPING_EVERY_MS = 2000, // so often others are told
    NOTICE_MS = 4000,
    SETTLE_MS = 1500, // somebody who comes so soon after us was there before
    GROUP_MS = 300000,
    RECOUNT_MS = 500,
};

static const double WIDE_PX = 840;

static uint64_t now_ms(void)
{
    return tr_core_now_ms(tr_core_current());
}

// -- texts --

// Cuts blanks around it off, and half a character that a limit left at its end.
static void trim(char *text)
{
    size_t start = strspn(text, " \t\r\n");
    size_t size = strlen(text + start);
    memmove(text, text + start, size + 1);
    size_t lead = size;
    while (lead != 0 && ((unsigned char)text[lead - 1] & 0xc0) == 0x80)
        lead--;
    if (lead != 0 && (unsigned char)text[lead - 1] >= 0xc0) {
        unsigned char first = (unsigned char)text[lead - 1];
        size_t wanted = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
        if (size - (lead - 1) < wanted)
            size = lead - 1;
    }
    while (size != 0 && strchr(" \t\r\n", text[size - 1]) != NULL)
        size--;
    text[size] = 0;
}

// A room's name as it stands in an address: small letters, digits, dashes.
static void room_name(const char *text, char out[ROOM_BYTES])
{
    size_t size = 0;
    for (; *text != 0 && *text != '?' && *text != '#' && size < ROOM_BYTES - 1; text++) {
        char letter = *text;
        if (letter >= 'A' && letter <= 'Z')
            letter = (char)(letter - 'A' + 'a');
        if ((letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9'))
            out[size++] = letter;
        else if (size != 0 && out[size - 1] != '-')
            out[size++] = '-';
    }
    while (size != 0 && out[size - 1] == '-')
        size--;
    out[size] = 0;
    if (size == 0)
        snprintf(out, ROOM_BYTES, "general");
}

static uint32_t hash_of(const char *text)
{
    uint32_t hash = 2166136261u;
    for (; *text != 0; text++)
        hash = (hash ^ (unsigned char)*text) * 16777619u;
    return hash;
}

static const char *room_topic(const char *what, const char *room)
{
    return ui_format("chat %s %s", what, room);
}

// -- pieces of the page --

static ui_control *muted(const char *text, const char *key)
{
    return ui_text(text, .key = key, .theme_style = UI_TEXT_THEME_STYLE_BODY_SMALL,
                   .color = "onsurfacevariant");
}

static ui_control *avatar(const char *name, double size)
{
    static const char *const colors[][2] = {{"primarycontainer", "onprimarycontainer"},
                                            {"secondarycontainer", "onsecondarycontainer"},
                                            {"tertiarycontainer", "ontertiarycontainer"},
                                            {"surfacecontainerhighest", "onsurface"}};
    const char *const *color = colors[hash_of(name) % 4];
    int letter = (unsigned char)name[0] >= 0xf0   ? 4
                 : (unsigned char)name[0] >= 0xe0 ? 3
                 : (unsigned char)name[0] >= 0xc0 ? 2
                                                  : 1;
    char first[8];
    snprintf(first, sizeof first, "%.*s", letter, name);
    if (first[0] >= 'a' && first[0] <= 'z')
        first[0] = (char)(first[0] - 'a' + 'A');
    return ui_container(
        ui_text(first, .color = color[1], .size = size * 0.42, .weight = UI_FONT_WEIGHT_W_500),
        .width = size, .height = size, .border_radius = ui_radius(size / 2), .bgcolor = color[0],
        .alignment = ui_alignment(0, 0));
}

static ui_control *line_row(const struct line *line, bool is_grouped)
{
    char clock[8];
    time_t seconds = (time_t)(line->time_ms / 1000);
    struct tm local;
    strftime(clock, sizeof clock, "%H:%M", localtime_r(&seconds, &local));
    ui_control *text = ui_text(line->text, .selectable = true);
    const char *key = ui_format("line-%llx", (unsigned long long)line->id);
    if (is_grouped)
        return ui_container(text, .key = key, .padding = ui_padding(.left = 48));
    ui_control *head =
        ui_row(.spacing = 8, UI(ui_text(line->author, .weight = UI_FONT_WEIGHT_W_500,
                                        .max_lines = 1, .overflow = UI_TEXT_OVERFLOW_ELLIPSIS),
                                muted(clock, NULL)));
    return ui_row(.key = key, .spacing = 12, .margin = ui_margin(.top = 10),
                  .vertical_alignment = UI_CROSS_AXIS_ALIGNMENT_START,
                  UI(avatar(line->author, 36),
                     ui_column(.expand = 1, .spacing = 2, UI(head, text))));
}

static ui_control *new_marker(void)
{
    ui_control *word =
        ui_text("New", .color = "error", .theme_style = UI_TEXT_THEME_STYLE_LABEL_SMALL);
    return ui_row(.key = "marker", .spacing = 8,
                  UI(ui_container(ui_divider(.color = "error", .height = 1), .expand = 1), word));
}

// -- the rooms and the people beside the conversation --

TR_ASYNC(chat_go)
{
    const char *room = tr_payload_text(ev);
    if (room != NULL)
        tr_push_route(ev, ui_format("/%s", room));
}

TR_ASYNC(chat_new_room)
{
    char text[64];
    char room[ROOM_BYTES];
    ui_get_text(ev, "new-room", "value", text, sizeof text);
    if (text[strspn(text, " ")] == 0)
        return;
    room_name(text, room);
    tr_close_dialog(ev);
    tr_push_route(ev, ui_format("/%s", room));
}

TR_ASYNC(chat_cancel)
{
    tr_close_dialog(ev);
}

TR_ASYNC(chat_ask_room)
{
    tr_show_dialog(
        ev, ui_alert_dialog(.title = "Open a room",
                            .content = ui_text_field(
                                "Name of the room", .key = "new-room", .autofocus = true,
                                .max_length = ROOM_BYTES - 1, .on_submit = chat_new_room),
                            .actions = UI_LIST(ui_text_button("Cancel", .on_click = chat_cancel),
                                               ui_text_button("Open", .on_click = chat_new_room))));
}

static void show_rooms(tr_event *ev, const struct chat *chat)
{
    ui_control *tiles[ROOMS_CAP + 1], *chips[ROOMS_CAP + 2];
    for (unsigned i = 0; i < chat->room_count; i++) {
        const struct known_room *room = &chat->rooms[i];
        bool is_here = strcmp(room->name, chat->room) == 0;
        const tr_handler *go = UI_CALL(chat_go, room->name);
        const char *count = room->unread > 99 ? "99+" : ui_format("%u", room->unread);
        tiles[i] =
            ui_list_tile(.key = ui_format("tile %s", room->name),
                         .title = ui_format("# %s", room->name), .dense = true, .selected = is_here,
                         .on_click = go, .selected_tile_color = "secondarycontainer",
                         .selected_color = "onsecondarycontainer",
                         .trailing_control =
                             room->unread != 0
                                 ? ui_text(count, .color = "primary", .weight = UI_FONT_WEIGHT_BOLD)
                                 : NULL,
                         .shape = ui_rounded_rectangle_border(.radius = ui_radius(8)));
        const char *label = room->unread != 0 ? ui_format("# %s (%s)", room->name, count)
                                              : ui_format("# %s", room->name);
        const char *key = ui_format("chip %s", room->name);
        chips[i] = is_here ? ui_filled_tonal_button(label, .key = key, .on_click = go)
                           : ui_text_button(label, .key = key, .on_click = go);
    }
    chips[chat->room_count] = ui_icon_button("add", .tooltip = "Open a room", .key = "add-chip",
                                             .on_click = chat_ask_room);
    tiles[chat->room_count] = chips[chat->room_count + 1] = UI_END;
    ui_set_children(ev, "tiles", tiles);
    ui_set_children(ev, "chips", chips);
}

static void know_room(struct chat *chat, const char *name)
{
    for (unsigned i = 0; i < chat->room_count; i++)
        if (strcmp(chat->rooms[i].name, name) == 0)
            return;
    if (chat->room_count < ROOMS_CAP)
        snprintf(chat->rooms[chat->room_count++].name, ROOM_BYTES, "%s", name);
}

static void person_rows(const struct chat *chat, const char *prefix,
                        ui_control *rows[PEOPLE_SHOWN + 2])
{
    unsigned count = 0;
    for (; count < chat->people_count; count++) {
        const struct person *person = &chat->people[count];
        rows[count] =
            ui_row(.key = ui_format("%s %llx", prefix, (unsigned long long)person->id),
                   .spacing = 8,
                   UI(avatar(person->name, 24), ui_text(person->name, .expand = 1, .max_lines = 1,
                                                        .overflow = UI_TEXT_OVERFLOW_ELLIPSIS)));
    }
    if (chat->present > count)
        rows[count++] = muted(ui_format("and %u more", chat->present - chat->people_count),
                              ui_format("%s more", prefix));
    if (count == 0)
        rows[count++] = muted("Nobody yet", ui_format("%s nobody", prefix));
    rows[count] = UI_END;
}

static void show_people(tr_event *ev, const struct chat *chat)
{
    ui_control *rows[PEOPLE_SHOWN + 2];
    person_rows(chat, "person", rows);
    ui_set_children(ev, "people", rows);
    ui_set_textf(ev, "here", "%u here", chat->present);
}

TR_ASYNC(chat_who)
{
    struct chat *chat = tr_state(ev);
    ui_control *rows[PEOPLE_SHOWN + 2];
    person_rows(chat, "listed", rows);
    tr_show_dialog(
        ev, ui_alert_dialog(.title = ui_format("In # %s", chat->room), .scrollable = true,
                            .content =
                                ui_column(.controls = rows, .spacing = 8, .width = 280,
                                          .horizontal_alignment = UI_CROSS_AXIS_ALIGNMENT_STRETCH),
                            .actions = UI_LIST(ui_text_button("Close", .on_click = chat_cancel))));
}

static void show_title(tr_event *ev, const struct chat *chat)
{
    ui_set_textf(ev, "room", "# %s", chat->room);
    ui_set(ev, NULL,
           ui_page_props(.title = chat->unread != 0 ? ui_format("(%u) %s", chat->unread, chat->room)
                                                    : chat->room));
}

// -- what was said --

static void remove_marker(tr_event *ev, struct chat *chat)
{
    if (chat->marker >= 0)
        ui_remove(ev, "marker");
    chat->marker = -1;
}

static void drop_oldest(tr_event *ev, struct chat *chat)
{
    ui_remove(ev, ui_format("line-%llx", (unsigned long long)chat->lines[0].id));
    memmove(chat->lines, chat->lines + 1, --chat->line_count * sizeof *chat->lines);
    if (chat->marker == 0)
        remove_marker(ev, chat);
    else if (chat->marker > 0)
        chat->marker--;
}

// Puts a line into its place. False: it is there already, or too old.
static bool show_line(tr_event *ev, struct chat *chat, const struct line *line)
{
    unsigned at = chat->line_count;
    int order = 1;
    while (at != 0 && (order = line_compare(line->time_ms, line->id, chat->lines[at - 1].time_ms,
                                            chat->lines[at - 1].id)) < 0)
        at--;
    if (order == 0 || (at == 0 && chat->line_count == LINES_KEPT))
        return false;
    if (chat->line_count == LINES_KEPT) {
        drop_oldest(ev, chat);
        at--;
    }
    struct shown *before = at != 0 ? &chat->lines[at - 1] : NULL;
    struct shown shown = {line->id, line->time_ms, hash_of(line->author)};
    bool is_grouped = before != NULL && at == chat->line_count && before->author == shown.author &&
                      shown.time_ms - before->time_ms < GROUP_MS && chat->marker != (int)at;
    memmove(chat->lines + at + 1, chat->lines + at, (chat->line_count++ - at) * sizeof shown);
    chat->lines[at] = shown;
    // Behind the marker is one place further down.
    ui_insert(ev, "lines", at + (chat->marker >= 0 && (int)at >= chat->marker),
              line_row(line, is_grouped));
    return true;
}

static void forget_typist(struct chat *chat, const char *name)
{
    for (unsigned i = 0; i < TYPISTS_CAP; i++)
        if (strcmp(chat->typists[i].name, name) == 0)
            chat->typists[i].until_ms = 0;
}

TR_DECLARE(chat_beat);

// The people who type, or else those who came and went, in the line above the field.
static void show_status(tr_event *ev, struct chat *chat)
{
    const char *names[TYPISTS_CAP];
    unsigned count = 0;
    for (unsigned i = 0; i < TYPISTS_CAP; i++)
        if (chat->typists[i].until_ms > now_ms())
            names[count++] = chat->typists[i].name;
    bool has_notice = chat->notice_until_ms > now_ms();
    const char *text = count == 0   ? has_notice ? chat->notice : ""
                       : count == 1 ? ui_format("%s is typing…", names[0])
                       : count == 2 ? ui_format("%s and %s are typing…", names[0], names[1])
                                    : "Several people are typing…";
    ui_set_text(ev, "status", text);
    tr_every(ev, count != 0 || has_notice ? 500 : 0, chat_beat);
}

TR_ASYNC(chat_beat)
{
    struct chat *chat = tr_state(ev);
    show_status(ev, chat);
}

TR_ASYNC(chat_heard)
{
    struct chat *chat = tr_state(ev);
    size_t size;
    const void *payload = tr_event_payload(ev, &size);
    struct line line;
    if (!line_read(payload, size, &line))
        return;
    if (strcmp(line.room, chat->room) != 0) {
        know_room(chat, line.room);
        for (unsigned i = 0; i < chat->room_count; i++)
            chat->rooms[i].unread += strcmp(chat->rooms[i].name, line.room) == 0;
        show_rooms(ev, chat);
        return;
    }
    if (chat->is_recalling) {
        chat->has_missed = true;
        return;
    }
    if (chat->is_away && chat->unread == 0) {
        remove_marker(ev, chat);
        chat->marker = (int)chat->line_count;
        ui_add_to(ev, "lines", new_marker());
    }
    if (!show_line(ev, chat, &line))
        return;
    ui_set(ev, "empty", ui_props(.visible = false));
    chat->unread += chat->is_away;
    show_title(ev, chat);
    forget_typist(chat, line.author);
    show_status(ev, chat);
}

// -- entering a room --

TR_ASYNC(chat_typing)
{
    struct chat *chat = tr_state(ev);
    size_t size;
    const char *name = tr_event_payload(ev, &size);
    if (name == NULL || size >= AUTHOR_BYTES)
        return;
    struct typist *place = &chat->typists[0];
    for (unsigned i = 0; i < TYPISTS_CAP; i++) {
        struct typist *one = &chat->typists[i];
        if (strlen(one->name) == size && memcmp(one->name, name, size) == 0) {
            place = one;
            break;
        }
        if (one->until_ms < place->until_ms)
            place = one;
    }
    snprintf(place->name, sizeof place->name, "%.*s", (int)size, name);
    place->until_ms = now_ms() + TYPING_MS;
    show_status(ev, chat);
}

static void note(struct chat *chat, const char *name, const char *what)
{
    if (now_ms() < chat->entered_ms + SETTLE_MS || strcmp(name, chat->name) == 0)
        return;
    snprintf(chat->notice, sizeof chat->notice, "%s %s", name, what);
    chat->notice_until_ms = now_ms() + NOTICE_MS;
}

// The presence of a page: a number, then a name.
static bool read_person(const void *bytes, size_t size, struct person *out)
{
    if (bytes == NULL || size <= sizeof out->id || size >= sizeof out->id + sizeof out->name)
        return false;
    memcpy(&out->id, bytes, sizeof out->id);
    snprintf(out->name, sizeof out->name, "%.*s", (int)(size - sizeof out->id),
             (const char *)bytes + sizeof out->id);
    return true;
}

static unsigned place_of(const struct chat *chat, uint64_t id)
{
    unsigned at = 0;
    while (at < chat->people_count && chat->people[at].id != id)
        at++;
    return at;
}

static void add_person(struct chat *chat, const struct person *person)
{
    unsigned at = place_of(chat, person->id);
    if (at == chat->people_count) {
        chat->present++;
        if (at == PEOPLE_SHOWN)
            return;
        chat->people_count++;
    }
    chat->people[at] = *person;
}

static void read_present(void *arg, const char *who, const void *meta, size_t size)
{
    (void)who;
    struct person person;
    if (read_person(meta, size, &person))
        add_person(arg, &person);
}

static void list_people(tr_event *ev)
{
    struct chat *list = calloc(1, sizeof *list);
    struct chat *chat = tr_state(ev);
    if (list == NULL)
        return;
    unsigned visits = chat->visits;
    int result = tr_presence_list(ev, room_topic("here", chat->room), read_present, list);
    chat = tr_state(ev);
    if (result >= 0 && chat->visits == visits) {
        memcpy(chat->people, list->people, sizeof chat->people);
        chat->people_count = list->people_count;
        chat->present = list->present;
        show_people(ev, chat);
    }
    free(list);
}

// A page that moves to another process is there twice for a moment, and one of the two leaves.
TR_ASYNC(chat_recount)
{
    if (tr_sleep(ev, RECOUNT_MS) < 0)
        return;
    struct chat *chat = tr_state(ev);
    chat->is_recounting = false;
    list_people(ev);
}

TR_ASYNC(chat_presence)
{
    struct chat *chat = tr_state(ev);
    size_t size;
    const void *payload = tr_event_payload(ev, &size);
    struct person person;
    if (strcmp(tr_event_name(ev), "reset") == 0) {
        list_people(ev);
        return;
    }
    if (!read_person(payload, size, &person))
        return;
    unsigned at = place_of(chat, person.id);
    bool is_known = at < chat->people_count;
    if (strcmp(tr_event_name(ev), "join") == 0) {
        add_person(chat, &person);
        if (!is_known)
            note(chat, person.name, "joined");
    } else {
        if (is_known) {
            memmove(chat->people + at, chat->people + at + 1,
                    (--chat->people_count - at) * sizeof *chat->people);
        }
        chat->present -= chat->present != 0;
        forget_typist(chat, person.name);
        note(chat, person.name, "left");
        if (chat->present <= PEOPLE_SHOWN && !chat->is_recounting)
            chat->is_recounting = tr_start(ev, chat_recount) == 0;
    }
    show_people(ev, chat);
    show_status(ev, chat);
    if (chat->people_count < PEOPLE_SHOWN && chat->present > chat->people_count)
        list_people(ev); // somebody who did not fit does now
}

static void join(tr_event *ev, struct chat *chat)
{
    char meta[sizeof chat->self + AUTHOR_BYTES];
    size_t size = strlen(chat->name);
    if (size == 0 || chat->is_present)
        return;
    memcpy(meta, &chat->self, sizeof chat->self);
    memcpy(meta + sizeof chat->self, chat->name, size);
    chat->is_present =
        tr_presence_join(ev, room_topic("here", chat->room), meta, sizeof chat->self + size) == 0;
}

static void leave(tr_event *ev, struct chat *chat)
{
    if (chat->is_present)
        tr_presence_leave(ev, room_topic("here", chat->room));
    chat->is_present = false;
}

// Asks the keeper of this process for its lines of the room; the caller frees the answer.
static tr_message *recall(tr_event *ev, const char *room)
{
    tr_address keeper;
    tr_message *answer = NULL;
    if (tr_name_find(KEEPER, TR_NAME_PROCESS, 2000, &keeper) < 0 ||
        tr_wait_ask(ev, keeper, TR_MSG_chat_recall,
                    &(tr_msg_chat_recall){.room = tr_slice_of(room)}, 2000, &answer) < 0)
        return NULL;
    if (TR_TYPE(answer) == TR_MSG_chat_recalled)
        return answer;
    tr_message_free(answer);
    return NULL;
}

static void show_recalled(tr_event *ev, struct chat *chat, const tr_msg_chat_recalled *recalled)
{
    for (uint32_t at = 0; at < recalled->rooms.size;) {
        const char *name = recalled->rooms.data + at;
        know_room(chat, name);
        at += (uint32_t)strlen(name) + 1;
    }
    uint32_t size;
    for (uint32_t at = 0; at + sizeof size <= recalled->lines.size; at += size) {
        memcpy(&size, recalled->lines.data + at, sizeof size);
        at += (uint32_t)sizeof size;
        struct line line;
        if (line_read(recalled->lines.data + at, size, &line))
            (void)show_line(ev, chat, &line);
    }
}

static void show_history(tr_event *ev)
{
    struct chat *chat = tr_state(ev);
    unsigned visits = chat->visits;
    char room[ROOM_BYTES];
    memcpy(room, chat->room, sizeof room);
    bool has_more;
    // A line that is said while the keeper answers may or may not be in the answer: it is asked
    // again, then.
    do {
        chat->is_recalling = true;
        chat->has_missed = false;
        tr_message *answer = recall(ev, room);
        chat = tr_state(ev);
        if (chat->visits != visits) {
            tr_message_free(answer);
            return;
        }
        if (answer != NULL)
            show_recalled(ev, chat, TR_BODY(answer, chat_recalled));
        has_more = answer != NULL && chat->has_missed;
        tr_message_free(answer);
    } while (has_more);
    chat->is_recalling = false;
    ui_set(ev, "empty", ui_props(.visible = chat->line_count == 0));
    show_rooms(ev, chat);
}

static void leave_room(tr_event *ev, struct chat *chat)
{
    if (chat->room[0] == 0)
        return;
    leave(ev, chat);
    tr_presence_watch(ev, room_topic("here", chat->room), NULL);
    tr_subscribe(ev, room_topic("typing", chat->room), NULL);
    remove_marker(ev, chat);
    ui_clear(ev, "lines");
    chat->line_count = chat->unread = chat->people_count = chat->present = 0;
    chat->notice_until_ms = 0;
    memset(chat->typists, 0, sizeof chat->typists);
}

// The address says which room.
TR_ASYNC(chat_enter)
{
    struct chat *chat = tr_state(ev);
    char route[128];
    char room[ROOM_BYTES];
    tr_page_route(ev, route, sizeof route);
    room_name(route + strspn(route, "/"), room);
    if (strcmp(room, chat->room) == 0)
        return;
    leave_room(ev, chat);
    memcpy(chat->room, room, sizeof room);
    chat->visits++;
    chat->entered_ms = now_ms();
    know_room(chat, room);
    for (unsigned i = 0; i < chat->room_count; i++)
        if (strcmp(chat->rooms[i].name, room) == 0)
            chat->rooms[i].unread = 0;
    show_title(ev, chat);
    show_rooms(ev, chat);
    show_people(ev, chat);
    show_status(ev, chat);
    tr_presence_watch(ev, room_topic("here", room), chat_presence);
    tr_subscribe(ev, room_topic("typing", room), chat_typing);
    join(ev, chat);
    show_history(ev);
}

// -- saying something --

// Lines stand in the order of their times. A line comes after those its author has said and read,
// also within one millisecond, or when another server's clock is ahead.
static uint64_t time_to_say(struct chat *chat)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t time_ms = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
    uint64_t read_ms = chat->line_count != 0 ? chat->lines[chat->line_count - 1].time_ms : 0;
    uint64_t newest_ms = read_ms > chat->said_ms ? read_ms : chat->said_ms;
    chat->said_ms = time_ms > newest_ms ? time_ms : newest_ms + 1;
    return chat->said_ms;
}

TR_ASYNC(chat_send)
{
    struct chat *chat = tr_state(ev);
    struct line line = {0};
    int size = ui_get_text(ev, "text", "value", line.text, sizeof line.text);
    if (size >= TEXT_BYTES) {
        ui_set_string(ev, "text", "error", "That is too long. Please say it in several messages.");
        return;
    }
    trim(line.text);
    if (chat->name[0] == 0 || line.text[0] == 0)
        return;
    line.id = tr_core_random(tr_core_current());
    line.time_ms = time_to_say(chat);
    memcpy(line.room, chat->room, sizeof line.room);
    memcpy(line.author, chat->name, sizeof line.author);
    if (tr_publish(ev, TOPIC_SAID, &line, line_size(&line)) < 0) {
        tr_snack(ev, "That could not be sent. Please try again.");
        return;
    }
    ui_unset(ev, "text", "error");
    ui_set_text(ev, "text", "");
    remove_marker(ev, chat);
    chat->typed_ms = 0;
}

TR_ASYNC(chat_typed)
{
    struct chat *chat = tr_state(ev);
    if (chat->name[0] == 0 || tr_event_text(ev, "")[0] == 0 ||
        (chat->typed_ms != 0 && now_ms() < chat->typed_ms + TYPING_EVERY_MS))
        return;
    chat->typed_ms = now_ms();
    (void)tr_publish_others(ev, room_topic("typing", chat->room), chat->name, strlen(chat->name));
}

// -- who one is --

static void show_composer(tr_event *ev, const struct chat *chat)
{
    ui_set(ev, "composer", ui_props(.visible = chat->name[0] != 0));
    ui_set(ev, "naming", ui_props(.visible = chat->name[0] == 0));
}

TR_ASYNC(chat_name)
{
    struct chat *chat = tr_state(ev);
    char name[AUTHOR_BYTES];
    ui_get_text(ev, "name", "value", name, sizeof name);
    trim(name);
    if (name[0] == 0)
        return;
    memcpy(chat->name, name, sizeof name);
    show_composer(ev, chat);
    join(ev, chat);
    (void)ui_focus(ev, "text");
    // Where it cannot be kept it is asked for again next time.
    (void)ui_shared_preferences_set(ev, NULL, "chat.name", .value = name);
}

static void remember(tr_event *ev)
{
    const ui_any *kept = NULL;
    int result = ui_shared_preferences_get(ev, &kept, "chat.name");
    struct chat *chat = tr_state(ev);
    if (chat->name[0] != 0)
        return;
    if (result == 0 && kept != NULL && kept->kind == UI_ANY_TEXT) {
        snprintf(chat->name, sizeof chat->name, "%s", kept->text);
        trim(chat->name);
    }
    show_composer(ev, chat);
    join(ev, chat);
}

TR_ASYNC(chat_arrive)
{
    remember(ev);
}

// -- the browser --

TR_ASYNC(chat_lifecycle)
{
    struct chat *chat = tr_state(ev);
    const char *state = tr_event_field_text(ev, "state", "");
    if (strcmp(state, "hide") == 0 || strcmp(state, "pause") == 0) {
        chat->is_away = true;
    } else if (strcmp(state, "show") == 0 || strcmp(state, "resume") == 0) {
        chat->is_away = false;
        chat->unread = 0;
        show_title(ev, chat);
    }
}

static void fit(tr_event *ev)
{
    bool is_wide = tr_page_width(ev) >= WIDE_PX;
    ui_set(ev, "side", ui_props(.visible = is_wide));
    ui_set(ev, "chips", ui_props(.visible = !is_wide));
}

TR_ASYNC(chat_resize)
{
    fit(ev);
}

// -- the page --

static ui_control *side(void)
{
    ui_control *rooms =
        ui_row(UI(ui_text("Rooms", .expand = 1, .theme_style = UI_TEXT_THEME_STYLE_TITLE_SMALL),
                  ui_icon_button("add", .tooltip = "Open a room", .key = "add-room",
                                 .on_click = chat_ask_room)));
    return ui_container(
        ui_column(.spacing = 8, .scroll = UI_SCROLL_MODE_AUTO,
                  .horizontal_alignment = UI_CROSS_AXIS_ALIGNMENT_STRETCH,
                  UI(rooms,
                     ui_column(.key = "tiles", .spacing = 2,
                               .horizontal_alignment = UI_CROSS_AXIS_ALIGNMENT_STRETCH),
                     ui_divider(),
                     ui_text("In this room", .theme_style = UI_TEXT_THEME_STYLE_TITLE_SMALL),
                     ui_column(.key = "people", .spacing = 8,
                               .horizontal_alignment = UI_CROSS_AXIS_ALIGNMENT_STRETCH))),
        .key = "side", .width = 240, .padding = ui_padding(16), .bgcolor = "surfacecontainerlow");
}

static ui_control *writing(void)
{
    ui_control *composer =
        ui_row(.key = "composer", .spacing = 8, .visible = false,
               .vertical_alignment = UI_CROSS_AXIS_ALIGNMENT_END,
               UI(ui_text_field("Message", .key = "text", .expand = 1, .multiline = true,
                                .min_lines = 1, .max_lines = 5, .shift_enter = true,
                                .on_submit = chat_send, .on_change = chat_typed),
                  ui_filled_icon_button("send", .tooltip = "Send", .key = "send",
                                        .margin = ui_margin(.bottom = 8), .on_click = chat_send)));
    ui_control *naming = ui_row(.key = "naming", .spacing = 8, .visible = false,
                                UI(ui_text_field("Your name, to take part", .key = "name",
                                                 .expand = 1, .on_submit = chat_name),
                                   ui_filled_button("Join", .key = "join", .on_click = chat_name)));
    return ui_container(
        ui_column(.spacing = 4, .horizontal_alignment = UI_CROSS_AXIS_ALIGNMENT_STRETCH,
                  UI(ui_container(muted("", "status"), .height = 20), composer, naming)),
        .padding = ui_padding(.left = 16, .right = 16, .bottom = 12));
}

static ui_control *conversation(void)
{
    ui_control *lines =
        ui_column(.key = "lines", .expand = 1, .spacing = 4, .scroll = UI_SCROLL_MODE_AUTO,
                  .auto_scroll = true, .horizontal_alignment = UI_CROSS_AXIS_ALIGNMENT_STRETCH);
    ui_control *empty = ui_container(muted("Nothing has been said here yet.", NULL), .key = "empty",
                                     .visible = false, .padding = ui_padding(16));
    return ui_column(
            .expand = 1, .spacing = 0, .horizontal_alignment = UI_CROSS_AXIS_ALIGNMENT_STRETCH,
            UI(ui_container(ui_row(.key = "chips", .spacing = 4, .scroll = UI_SCROLL_MODE_HIDDEN),
                            .padding = ui_padding(.left = 8, .top = 8, .right = 8)),
               empty,
               ui_container(lines, .expand = 1, .padding = ui_padding(.left = 16, .right = 8)),
               writing()));
}

static void build(tr_page *page)
{
    struct chat *chat = tr_state(page);
    chat->self = tr_core_random(tr_core_current());
    chat->marker = -1;
    know_room(chat, "general");
    know_room(chat, "random");
    know_room(chat, "help");
    ui_set_number(page, NULL, "padding", 0);
    ui_put(page, NULL, "appbar",
           ui_app_bar(.title_control = ui_text("", .key = "room"),
                      .actions = UI_LIST(ui_text_button("0 here", .key = "here", .icon = "group",
                                                        .on_click = chat_who))));
    ui_add(page,
           ui_row(.expand = 1, .spacing = 0, .vertical_alignment = UI_CROSS_AXIS_ALIGNMENT_STRETCH,
                  UI(side(), conversation())));
    fit(page);
    ui_on(page, NULL, "resize", chat_resize);
    ui_on(page, NULL, "route_change", chat_enter);
    ui_on(page, NULL, "app_lifecycle_state_change", chat_lifecycle);
    tr_subscribe(page, TOPIC_SAID, chat_heard);
    (void)tr_run_task(page, chat_enter);
    (void)tr_run_task(page, chat_arrive);
}

const tr_app chat_app = {
    .name = "Chat", .build = build, .setup = keeper_start, TR_STATE(struct chat)};

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &chat_app);
}
