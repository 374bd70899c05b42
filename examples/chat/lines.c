#include "lines.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <troupe/actors.h>

#include "people.h"
#include "rooms.h"
#include "texts.h"

enum { GROUP_MS = 300000 };

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

void remove_marker(tr_event *ev, struct chat *chat)
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

void hear_lines(tr_page *page)
{
    tr_subscribe(page, TOPIC_SAID, chat_heard);
}

// -- the lines of before --

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

void show_history(tr_event *ev)
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
