#include "host/seen.h"

#include <string.h>

#include "base/mem.h"
#include "troupe/err.h"
#include "wire/reader.h"

// Cut to what fits, at a whole character.
static void read_text(tr_reader *in, char *out, size_t size)
{
    tr_slice text = tr_reader_text(in);
    size_t length = text.size < size - 1 ? text.size : size - 1;
    while (length < text.size && length != 0 && ((unsigned char)text.data[length] & 0xc0) == 0x80)
        length--;
    if (length != 0)
        memcpy(out, text.data, length);
    out[length] = '\0';
}

static void read_endpoints(tr_reader *in, char (**out)[TR_ENDPOINT_CAP_BYTES], uint32_t *out_count)
{
    uint32_t count = tr_reader_array(in);
    if (count > TR_CORES_CAP)
        in->failed = true;
    if (in->failed || count == 0)
        return;
    tr_free(*out);
    *out = tr_calloc(count, sizeof **out);
    *out_count = count;
    for (uint32_t i = 0; i < count; i++)
        read_text(in, (*out)[i], sizeof(*out)[i]);
}

static void read_node(tr_seen_core *self, tr_reader *in)
{
    self->node = tr_reader_unsigned(in);
    self->core = tr_reader_unsigned(in);
    self->cores = tr_reader_unsigned(in);
    read_text(in, self->name, sizeof self->name);
    self->age_ms = tr_reader_unsigned(in);
    self->is_broker = tr_reader_boolean(in);
    read_endpoints(in, &self->endpoints, &self->endpoint_count);
    uint32_t count = tr_reader_map(in);
    self->counter_count = 0;
    for (uint32_t i = 0; i < count && !in->failed; i++) {
        tr_seen_counter counter = {0};
        read_text(in, counter.name, sizeof counter.name);
        counter.value = tr_reader_unsigned(in);
        if (self->counter_count < TR_SEEN_COUNTERS_CAP)
            self->counters[self->counter_count++] = counter;
    }
}

static void read_actor(tr_seen_actor *out, tr_reader *in)
{
    out->actor = tr_reader_unsigned(in);
    read_text(in, out->behaviour, sizeof out->behaviour);
    out->mailbox_length = tr_reader_unsigned(in);
    out->mailbox_cap = tr_reader_unsigned(in);
    out->handled = tr_reader_unsigned(in);
    out->spent_ns = tr_reader_unsigned(in);
    out->relations = tr_reader_unsigned(in);
    out->questions = tr_reader_unsigned(in);
    out->alarms = tr_reader_unsigned(in);
    read_text(in, out->state, sizeof out->state);
    uint32_t names = tr_reader_array(in);
    for (uint32_t i = 0; i < names && !in->failed; i++) {
        char name[TR_NODE_NAME_CAP_BYTES + 1];
        read_text(in, name, sizeof name);
        tr_buf_append(&out->names, name, strlen(name) + 1);
    }
}

static void read_child(tr_seen_child *out, tr_reader *in)
{
    out->supervisor = tr_reader_unsigned(in);
    read_text(in, out->name, sizeof out->name);
    out->actor = tr_reader_unsigned(in);
    read_text(in, out->state, sizeof out->state);
    out->restarts = tr_reader_unsigned(in);
}

static void read_coroutine(tr_seen_coroutine *out, tr_reader *in)
{
    read_text(in, out->name, sizeof out->name);
    read_text(in, out->waits_for, sizeof out->waits_for);
    out->since_ms = tr_reader_unsigned(in);
}

static void read_link(tr_seen_link *out, tr_reader *in)
{
    out->node = tr_reader_unsigned(in);
    out->core = tr_reader_unsigned(in);
    read_text(in, out->state, sizeof out->state);
    out->in_flight = tr_reader_unsigned(in);
    out->pending_bytes = tr_reader_unsigned(in);
    out->received = tr_reader_unsigned(in);
    out->heard_ms = tr_reader_integer(in);
    out->incarnation = tr_reader_unsigned(in);
    read_text(in, out->endpoint, sizeof out->endpoint);
}

static void read_letter(tr_seen_letter *out, tr_reader *in)
{
    read_text(in, out->message, sizeof out->message);
    out->reason = tr_reader_integer(in);
    out->from.node = tr_reader_unsigned(in);
    out->from.actor = tr_reader_unsigned(in);
    out->to.node = tr_reader_unsigned(in);
    out->to.actor = tr_reader_unsigned(in);
}

static void read_member(tr_seen_member *out, tr_reader *in)
{
    out->node = tr_reader_unsigned(in);
    read_text(in, out->name, sizeof out->name);
    out->roles = tr_reader_unsigned(in);
    out->cores = tr_reader_unsigned(in);
    read_endpoints(in, &out->endpoints, &out->endpoint_count);
}

static void read_busy(tr_seen_busy *out, tr_reader *in)
{
    out->node = tr_reader_unsigned(in);
    out->core = tr_reader_unsigned(in);
    out->ms = tr_reader_unsigned(in);
    read_text(in, out->handler, sizeof out->handler);
    read_text(in, out->place, sizeof out->place);
}

static void read_hosting(tr_seen_core *self, tr_reader *in)
{
    self->is_hosting = true;
    self->hosting.sessions = tr_reader_unsigned(in);
    self->hosting.connected = tr_reader_unsigned(in);
    self->hosting.shards = tr_reader_unsigned(in);
    read_text(in, self->hosting.store, sizeof self->hosting.store);
    self->hosting.is_store_away = tr_reader_boolean(in);
}

static void read_session(tr_seen_session *out, tr_reader *in)
{
    read_text(in, out->id, sizeof out->id);
    out->is_connected = tr_reader_boolean(in);
    out->minutes = tr_reader_unsigned(in);
    out->bytes = tr_reader_unsigned(in);
    out->handlers = tr_reader_unsigned(in);
    read_text(in, out->stored, sizeof out->stored);
}

static void read_shard(tr_seen_shard *out, tr_reader *in)
{
    out->shard = tr_reader_unsigned(in);
    out->epoch = tr_reader_unsigned(in);
    out->store_epoch = tr_reader_unsigned(in);
    out->is_due_elsewhere = tr_reader_boolean(in);
}

static const uint32_t fields_of[TR_INSPECT_SECTIONS] = {
    [TR_INSPECT_NODE] = 8,       [TR_INSPECT_ACTORS] = 11, [TR_INSPECT_CHILDREN] = 5,
    [TR_INSPECT_COROUTINES] = 3, [TR_INSPECT_LINKS] = 9,   [TR_INSPECT_DEAD_LETTERS] = 6,
    [TR_INSPECT_MEMBERS] = 5,    [TR_INSPECT_BUSY] = 5,    [TR_INSPECT_HOSTING] = 5,
    [TR_INSPECT_SESSIONS] = 6,   [TR_INSPECT_SHARDS] = 4};

// The array grows by a page.
#define GROW(array, count, more)                                                                   \
    do {                                                                                           \
        (array) = tr_realloc((array), ((size_t)(count) + (more)) * sizeof *(array));               \
        memset((array) + (count), 0, (size_t)(more) * sizeof *(array));                            \
    } while (0)

static void grow(tr_seen_core *self, enum tr_inspect_section section, uint32_t more)
{
    if (section == TR_INSPECT_ACTORS)
        GROW(self->actors, self->actor_count, more);
    else if (section == TR_INSPECT_CHILDREN)
        GROW(self->children, self->child_count, more);
    else if (section == TR_INSPECT_COROUTINES)
        GROW(self->coroutines, self->coroutine_count, more);
    else if (section == TR_INSPECT_LINKS)
        GROW(self->links, self->link_count, more);
    else if (section == TR_INSPECT_DEAD_LETTERS)
        GROW(self->letters, self->letter_count, more);
    else if (section == TR_INSPECT_BUSY)
        GROW(self->busy, self->busy_count, more);
    else if (section == TR_INSPECT_SESSIONS)
        GROW(self->sessions, self->session_count, more);
    else if (section == TR_INSPECT_SHARDS)
        GROW(self->shards, self->shard_count, more);
    else if (section == TR_INSPECT_MEMBERS)
        GROW(self->members, self->member_count, more);
}

static void read_row(tr_seen_core *self, enum tr_inspect_section section, tr_reader *in)
{
    if (section == TR_INSPECT_NODE)
        read_node(self, in);
    else if (section == TR_INSPECT_ACTORS)
        read_actor(&self->actors[self->actor_count++], in);
    else if (section == TR_INSPECT_CHILDREN)
        read_child(&self->children[self->child_count++], in);
    else if (section == TR_INSPECT_COROUTINES)
        read_coroutine(&self->coroutines[self->coroutine_count++], in);
    else if (section == TR_INSPECT_LINKS)
        read_link(&self->links[self->link_count++], in);
    else if (section == TR_INSPECT_DEAD_LETTERS)
        read_letter(&self->letters[self->letter_count++], in);
    else if (section == TR_INSPECT_BUSY)
        read_busy(&self->busy[self->busy_count++], in);
    else if (section == TR_INSPECT_HOSTING)
        read_hosting(self, in);
    else if (section == TR_INSPECT_SESSIONS)
        read_session(&self->sessions[self->session_count++], in);
    else if (section == TR_INSPECT_SHARDS)
        read_shard(&self->shards[self->shard_count++], in);
    else
        read_member(&self->members[self->member_count++], in);
}

int tr_seen_read(tr_seen_core *self, enum tr_inspect_section section, tr_slice rows)
{
    tr_reader in = tr_reader_of(rows);
    if (section == TR_INSPECT_METRICS) {
        tr_buf_append(&self->metrics, rows.data, rows.size);
        return 0; // read where they are added up
    }
    uint32_t count = tr_reader_array(&in);
    if (in.failed || count > TR_INSPECT_ROWS || (section == TR_INSPECT_NODE && count != 1))
        return TR_EMALFORMED;
    grow(self, section, count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t fields = tr_reader_array(&in);
        if (in.failed || fields < fields_of[section])
            return TR_EMALFORMED;
        read_row(self, section, &in);
        for (uint32_t more = fields_of[section]; more < fields && !in.failed; more++)
            (void)tr_reader_skip(&in); // a newer process's
        if (in.failed)
            return TR_EMALFORMED;
    }
    return tr_reader_at_end(&in) ? 0 : TR_EMALFORMED;
}

void tr_seen_done(tr_seen_core *self)
{
    for (uint32_t i = 0; i < self->member_count; i++)
        tr_free(self->members[i].endpoints);
    for (uint32_t i = 0; i < self->actor_count; i++)
        tr_buf_done(&self->actors[i].names);
    tr_buf_done(&self->metrics);
    tr_free(self->endpoints);
    tr_free(self->actors);
    tr_free(self->children);
    tr_free(self->coroutines);
    tr_free(self->links);
    tr_free(self->letters);
    tr_free(self->members);
    tr_free(self->busy);
    tr_free(self->sessions);
    tr_free(self->shards);
    *self = (tr_seen_core){0};
}

uint64_t tr_seen_counter_of(const tr_seen_core *self, const char *name)
{
    for (uint32_t i = 0; i < self->counter_count; i++)
        if (strcmp(self->counters[i].name, name) == 0)
            return self->counters[i].value;
    return 0;
}
