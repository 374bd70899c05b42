#include "keeper.h"

#include <stdlib.h>
#include <string.h>
#include <troupe/actors.h>

#define TOPIC_KEEPERS "chat keepers"

struct room {
    char name[ROOM_BYTES];
    unsigned count;
    struct line lines[LINES_KEPT];
};

// Of more rooms than these the one that was quiet for longest is forgotten.
struct keeper {
    struct room rooms[ROOMS_CAP];
    unsigned count;
};

static uint64_t last_said(const struct room *room)
{
    return room->count != 0 ? room->lines[room->count - 1].time_ms : 0;
}

static struct room *find(struct keeper *keeper, const char *name)
{
    for (unsigned i = 0; i < keeper->count; i++)
        if (strcmp(keeper->rooms[i].name, name) == 0)
            return &keeper->rooms[i];
    return NULL;
}

static struct room *open_room(struct keeper *keeper, const char *name)
{
    struct room *room = &keeper->rooms[0];
    if (keeper->count < ROOMS_CAP) {
        room = &keeper->rooms[keeper->count++];
    } else {
        for (unsigned i = 1; i < ROOMS_CAP; i++)
            if (last_said(&keeper->rooms[i]) < last_said(room))
                room = &keeper->rooms[i];
    }
    room->count = 0;
    memcpy(room->name, name, ROOM_BYTES);
    return room;
}

static void keep(struct keeper *keeper, tr_slice bytes)
{
    struct line line;
    if (!line_read(bytes.data, bytes.size, &line))
        return;
    struct room *room = find(keeper, line.room);
    if (room == NULL)
        room = open_room(keeper, line.room);
    unsigned at = room->count;
    int order = 1;
    while (at != 0 && (order = line_compare(line.time_ms, line.id, room->lines[at - 1].time_ms,
                                            room->lines[at - 1].id)) < 0)
        at--;
    if (order == 0 || (at == 0 && room->count == LINES_KEPT))
        return; // known, or older than all that is kept
    if (room->count == LINES_KEPT) {
        at--;
        memmove(room->lines, room->lines + 1, at * sizeof line);
    } else {
        memmove(room->lines + at + 1, room->lines + at, (room->count++ - at) * sizeof line);
    }
    room->lines[at] = line;
}

static void answer(tr_actor *self, struct keeper *keeper, const tr_message *question)
{
    char rooms[ROOMS_CAP * ROOM_BYTES];
    uint32_t rooms_size = 0;
    for (unsigned i = 0; i < keeper->count; i++) {
        uint32_t size = (uint32_t)strlen(keeper->rooms[i].name) + 1;
        memcpy(rooms + rooms_size, keeper->rooms[i].name, size);
        rooms_size += size;
    }
    char name[ROOM_BYTES] = "";
    tr_slice wanted = TR_BODY(question, chat_recall)->room;
    if (wanted.size < sizeof name)
        memcpy(name, wanted.data, wanted.size);
    const struct room *room = find(keeper, name);
    unsigned count = room != NULL ? room->count : 0;
    char *lines = malloc(count * (sizeof(uint32_t) + sizeof(struct line)) + 1);
    uint32_t lines_size = 0;
    for (unsigned i = 0; lines != NULL && i < count; i++) {
        uint32_t size = (uint32_t)line_size(&room->lines[i]);
        memcpy(lines + lines_size, &size, sizeof size);
        memcpy(lines + lines_size + sizeof size, &room->lines[i], size);
        lines_size += (uint32_t)sizeof size + size;
    }
    (void)tr_reply(tr_actor_core(self), question, chat_recalled, .rooms = {rooms, rooms_size},
                   .lines = {lines, lines_size});
    free(lines);
}

static void tell_all(tr_actor *self, const struct keeper *keeper, tr_address other)
{
    for (unsigned i = 0; i < keeper->count; i++)
        for (unsigned n = 0; n < keeper->rooms[i].count; n++) {
            const struct line *line = &keeper->rooms[i].lines[n];
            // A way that is full ends it: the other one has others to hear from.
            if (tr_send(tr_actor_core(self), tr_actor_address(self), other, chat_kept,
                        .line = {(const char *)line, line_size(line)}) < 0)
                return;
        }
}

static void on_message(tr_actor *self, tr_message *message)
{
    struct keeper *keeper = tr_actor_state(self);
    switch (TR_TYPE(message)) {
    case TR_MSG_topic_message:
        keep(keeper, tr_topic_payload(message));
        break;
    case TR_MSG_chat_kept:
        keep(keeper, TR_BODY(message, chat_kept)->line);
        break;
    case TR_MSG_chat_recall:
        answer(self, keeper, message);
        break;
    case TR_MSG_presence_joined:
        if (!tr_address_equal(TR_BODY(message, presence_joined)->who, tr_actor_address(self)))
            tell_all(self, keeper, TR_BODY(message, presence_joined)->who);
        break;
    default:
        break;
    }
}

static int on_start(tr_actor *self, const void *args)
{
    (void)args;
    int result = tr_name_register(self, KEEPER, TR_NAME_PROCESS);
    if (result == 0)
        result = tr_topic_subscribe(self, TOPIC_SAID);
    if (result == 0)
        result = tr_topic_join(self, TOPIC_KEEPERS, NULL, 0);
    return result == 0 ? tr_topic_watch(self, TOPIC_KEEPERS) : result;
}

int keeper_start(tr_core *core)
{
    // Two keepers that meet send each other all they have at once.
    static const tr_behaviour keeper = {.name = "keeper",
                                        .state_size = sizeof(struct keeper),
                                        .on_start = on_start,
                                        .on_message = on_message,
                                        .mailbox_cap = 2 * ROOMS_CAP * LINES_KEPT + 1024};
    return tr_spawn(core, &keeper, NULL, 0, NULL);
}
