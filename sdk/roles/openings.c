#include "sdk/roles/openings.h"

#include <utlist.h>

#include "actors/bus/routes.h"
#include "actors/core/core.h"
#include "base/mem.h"
#include "sdk/roles/restore_tries.h"
#include "sdk/roles/set_aside.h"
#include "sdk/session/durability.h"
#include "sdk/session/restore_mark.h"
#include "sdk/session/session.h"
#include "sdk/session/snapshots.h"
#include "troupe/err.h"
#include "wire/close_code.h"

enum { AGAIN_MS = 250 };

typedef struct opening {
    struct opening *next;
    struct opening *prev;
    tr_sessions *sessions;
    tr_message *open;
    tr_opening_ready *ready;
    tr_opening_refused *refused;
    unsigned shard;
    uint64_t until_ms;
    bool is_reading;
    bool awaits_turn;   // to be restored alone
    tr_restore_try try; // as it was marked
    tr_buf snapshot;    // until that is in the store
} opening;

// In the order in which they came: of several for one page the last one gets it, and a browser that left
// a connection which nobody answered comes by another.
struct tr_openings {
    opening *first;
    uint32_t count;
    tr_timer again;
};

static tr_slice wanted_id(const tr_message *request)
{
    bool is_sign_in = request->shape->type == TR_MSG_sign_in_callback;
    return is_sign_in ? TR_BODY(request, sign_in_callback)->session_id
                      : TR_BODY(request, session_open)->session_id;
}

static void drop(opening *self)
{
    tr_openings *all = self->sessions->openings;
    DL_DELETE(all->first, self);
    all->count--;
    tr_message_free(self->open);
    tr_buf_done(&self->snapshot);
    tr_free(self);
}

static void refuse(opening *self, const char *why)
{
    self->refused(self->sessions, self->open, TR_CLOSE_TRY_LATER, why);
    drop(self);
}

// Who has it is there already, or will be when this one has ended: nothing is won by coming later.
static void send_elsewhere(opening *self)
{
    self->refused(self->sessions, self->open, TR_CLOSE_RESTART, "moved");
    drop(self);
}

static bool is_ours(const opening *self)
{
    return self->sessions->shard_epochs[self->shard] != 0;
}

static void go_on(opening *self, int status, tr_slice snapshot)
{
    if (is_ours(self)) {
        self->ready(self->sessions, self->open, status, snapshot);
        drop(self);
    } else {
        send_elsewhere(self); // it was given away while the store was asked
    }
}

static void on_marked(void *arg, int status)
{
    opening *self = arg;
    tr_restore_tries_begin(self->sessions, &self->try, status == 0 && is_ours(self));
    if (status == 0)
        go_on(self, 0, tr_buf_slice(&self->snapshot));
    else if (status == TR_EFENCED || status == TR_ECANCELLED)
        send_elsewhere(self);
    else
        refuse(self, "the store does not answer");
}

static void mark(opening *self, tr_slice snapshot)
{
    tr_buf_append(&self->snapshot, snapshot.data, snapshot.size);
    if (tr_restore_tries_mark(self->sessions, &self->try, on_marked, self) < 0)
        refuse(self, "the store is busy");
}

// What its browser, or what it had begun itself, is to have done first: see restore_tries.h.
static uint64_t cause_of(const opening *self, tr_slice snapshot)
{
    bool is_browser = self->open->shape->type == TR_MSG_session_open;
    return tr_restore_cause(snapshot,
                            is_browser ? TR_BODY(self->open, session_open)->page : (tr_slice){0});
}

static void on_page(opening *self, tr_slice snapshot, tr_slice marked)
{
    switch (tr_restore_tries_judge(self->sessions, wanted_id(self->open), cause_of(self, snapshot),
                                   marked, &self->try)) {
    case TR_RESTORE_NOW:
        go_on(self, 0, snapshot);
        break;
    case TR_RESTORE_MARKED:
        mark(self, snapshot);
        break;
    case TR_RESTORE_ALONE:
        self->awaits_turn = true;
        self->is_reading = false;
        break;
    case TR_RESTORE_NEVER:
        self->refused(self->sessions, self->open, TR_CLOSE_SET_ASIDE, TR_SET_ASIDE_REASON);
        drop(self);
        break;
    }
}

static void on_read(void *arg, int status, tr_slice snapshot, tr_slice marked)
{
    opening *self = arg;
    if (!is_ours(self) && status == 0)
        send_elsewhere(self);
    else if (status == 0)
        on_page(self, snapshot, marked);
    // What is damaged nothing brings back: a new page takes its place.
    else if (status == TR_ENOTFOUND || status == TR_EMALFORMED)
        go_on(self, status, (tr_slice){0});
    else if (status == TR_EFENCED || status == TR_ECANCELLED)
        send_elsewhere(self);
    else if (status == TR_EREFUSED)
        refuse(self, "this server has not the key to its page"); // another one, or a later one, may
    else
        refuse(self, "the store does not answer");
}

static void read_session(opening *self)
{
    tr_slice id = wanted_id(self->open);
    self->is_reading = true;
    if (tr_snapshot_load(self->sessions, id, on_read, self) < 0)
        refuse(self, "the store is busy");
}

static tr_session *in_memory(const opening *self)
{
    return tr_session_find(self->sessions, wanted_id(self->open));
}

static bool is_late(const opening *self)
{
    return tr_core_now_ms(self->sessions->core) >= self->until_ms;
}

static void await_store(opening *self, const tr_session *session)
{
    if (tr_durable_is_open(session)) {
        self->ready(self->sessions, self->open, 0, (tr_slice){0});
        drop(self);
    } else if (is_late(self)) {
        refuse(self, "what was done last is not saved yet");
    }
}

// Is it another one's, who answers?
static bool is_elsewhere(const opening *self)
{
    const tr_sessions *sessions = self->sessions;
    const tr_routes *routes = tr_core_routes(sessions->core);
    tr_address owner = tr_routes_owner(routes, wanted_id(self->open));
    return tr_address_is_set(owner) &&
           !tr_address_equal(owner, tr_actor_address(sessions->actor)) &&
           !tr_routes_is_silent(routes, owner.node);
}

static void want_shard(const opening *self)
{
    const tr_core *core = self->sessions->core;
    (void)tr_send(self->sessions->core, tr_actor_address(self->sessions->actor),
                  tr_address_of(tr_core_node(core), 0, TR_SLOT_NODE), shard_wanted,
                  .core = tr_core_index(core), .shard = self->shard);
}

// Alone, a page that ends the process is told from those that were restored beside it.
static void read_in_turn(opening *self)
{
    if (!self->awaits_turn || tr_restore_tries_has_room(self->sessions))
        read_session(self);
    else if (is_late(self))
        refuse(self, "other pages are restored one by one");
}

static void look_again(opening *self)
{
    tr_sessions *sessions = self->sessions;
    if (self->is_reading)
        return; // the store has a patience of its own
    const tr_session *session = in_memory(self);
    if (session != NULL)
        await_store(self, session);
    else if (sessions->shard_epochs[self->shard] != 0 && !sessions->is_draining)
        read_in_turn(self);
    else if (sessions->is_draining || is_elsewhere(self))
        send_elsewhere(self);
    else if (is_late(self))
        refuse(self, "nobody has its place yet");
    else
        want_shard(self);
}

static void on_again(tr_timer *timer)
{
    tr_openings *all = timer->arg;
    opening *next;
    for (opening *at = all->first; at != NULL; at = next) {
        next = at->next;
        look_again(at);
    }
    if (all->first == NULL)
        tr_timer_stop(&all->again);
}

// A page may be restored alone now, where none might a moment ago.
static void on_turn(tr_sessions *sessions)
{
    opening *next;
    for (opening *at = sessions->openings != NULL ? sessions->openings->first : NULL; at != NULL;
         at = next) {
        next = at->next;
        if (at->awaits_turn && tr_restore_tries_has_room(sessions))
            look_again(at);
    }
}

static tr_openings *openings_of(tr_sessions *sessions)
{
    if (sessions->openings == NULL) {
        sessions->openings = tr_new(tr_openings);
        tr_restore_tries_tell(sessions, on_turn);
        tr_timer_init(&sessions->openings->again, sessions->core, on_again, sessions->openings);
    }
    return sessions->openings;
}

static tr_message *copy_of(const tr_message *open)
{
    tr_message *copy = tr_message_new(open->shape->type, open->body);
    copy->from = open->from;
    copy->to = open->to;
    copy->flags = open->flags;
    copy->correlation = open->correlation;
    return copy;
}

int tr_opening_begin(tr_sessions *sessions, const tr_message *open, tr_opening_ready *ready,
                     tr_opening_refused *refused)
{
    tr_openings *all = openings_of(sessions);
    if (all->count >= TR_OPENINGS_CAP)
        return TR_EFULL;
    opening *self = tr_new(opening);
    self->sessions = sessions;
    self->open = copy_of(open);
    self->ready = ready;
    self->refused = refused;
    self->shard = (unsigned)tr_session_id_shard(wanted_id(open));
    self->until_ms = tr_core_now_ms(sessions->core) + TR_OPENING_DEADLINE_MS;
    DL_APPEND(all->first, self);
    all->count++;
    if (!tr_timer_is_running(&all->again))
        tr_timer_start(&all->again, AGAIN_MS, AGAIN_MS);
    look_again(self);
    return 0;
}

void tr_openings_on_shard(tr_sessions *sessions, unsigned shard)
{
    opening *next;
    for (opening *at = sessions->openings != NULL ? sessions->openings->first : NULL; at != NULL;
         at = next) {
        next = at->next;
        if (at->shard == shard)
            look_again(at);
    }
}

void tr_openings_free(tr_sessions *sessions)
{
    tr_openings *all = sessions->openings;
    if (all == NULL)
        return;
    tr_timer_stop(&all->again);
    while (all->first != NULL)
        drop(all->first);
    tr_free(all);
    sessions->openings = NULL;
}
