#include "people.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "texts.h"

enum {
    TYPING_MS = 4000, // somebody who was not heard of for so long has stopped
    NOTICE_MS = 4000,
    SETTLE_MS = 1500, // somebody who comes so soon after us was there before
    RECOUNT_MS = 500,
};

// -- the list --

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

void show_people(tr_event *ev, const struct chat *chat)
{
    ui_control *rows[PEOPLE_SHOWN + 2];
    person_rows(chat, "person", rows);
    ui_set_children(ev, "people", rows);
    ui_set_textf(ev, "here", "%u here", chat->present);
}

TR_ASYNC(chat_close_list)
{
    tr_close_dialog(ev);
}

TR_ASYNC(chat_who)
{
    struct chat *chat = tr_state(ev);
    ui_control *rows[PEOPLE_SHOWN + 2];
    person_rows(chat, "listed", rows);
    tr_show_dialog(
        ev,
        ui_alert_dialog(.title = ui_format("In # %s", chat->room), .scrollable = true,
                        .content =
                            ui_column(.controls = rows, .spacing = 8, .width = 280,
                                      .horizontal_alignment = UI_CROSS_AXIS_ALIGNMENT_STRETCH),
                        .actions = UI_LIST(ui_text_button("Close", .on_click = chat_close_list))));
}

ui_control *people_button(void)
{
    return ui_text_button("0 here", .key = "here", .icon = "group", .on_click = chat_who);
}

// -- those who type, come and go --

void forget_typist(struct chat *chat, const char *name)
{
    for (unsigned i = 0; i < TYPISTS_CAP; i++)
        if (strcmp(chat->typists[i].name, name) == 0)
            chat->typists[i].until_ms = 0;
}

TR_DECLARE(chat_beat);

void show_status(tr_event *ev, struct chat *chat)
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

// -- presence --

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

void join(tr_event *ev, struct chat *chat)
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

void leave(tr_event *ev, struct chat *chat)
{
    if (chat->is_present)
        tr_presence_leave(ev, room_topic("here", chat->room));
    chat->is_present = false;
}

void watch_people(tr_event *ev, const char *room)
{
    tr_presence_watch(ev, room_topic("here", room), chat_presence);
    tr_subscribe(ev, room_topic("typing", room), chat_typing);
}

void unwatch_people(tr_event *ev, const char *room)
{
    tr_presence_watch(ev, room_topic("here", room), NULL);
    tr_subscribe(ev, room_topic("typing", room), NULL);
}
