#include "sdk/roles/restore_tries.h"

#include <string.h>
#include <utlist.h>

#include "actors/core/core.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "sdk/roles/restore_turn.h"
#include "sdk/roles/set_aside.h"
#include "sdk/session/program_id.h"
#include "sdk/session/session.h"
#include "sdk/session/snapshots.h"
#include "wire/flet.h"

// LOOK_MS: between two looks at pages under way; ALONE_MS: while one of them has the turn. BUSY_MS: a handler
// that takes longer says nothing of the page.
enum { LOOK_MS = 250, ALONE_MS = 10, BUSY_MS = 5000 };

typedef struct attempt {
    struct attempt *next;
    struct attempt *prev;
    tr_restore_try what;
    uint64_t since_ms; // 0: it is not marked yet
} attempt;

struct tr_restore_tries {
    tr_sessions *sessions;
    attempt *first;
    tr_timer look;
    void (*on_turn)(tr_sessions *sessions); // NULL: nobody waits for one
    tr_restore_turn own;                    // where there is none of a process
};

// -- looking --

static uint64_t age_of(const tr_restore_tries *self, const attempt *one)
{
    return one->since_ms != 0 ? tr_core_now_ms(self->sessions->core) - one->since_ms : 0;
}

static bool is_quiet(const tr_session *session)
{
    return session->call_count == 0 && session->waiting.head == NULL &&
           tr_address_is_set(session->connection);
}

// Nobody is to wait for long because of others: only a last try has the turn until its page is well.
static bool has_had_its_turn(const tr_restore_tries *self, const attempt *one,
                             const tr_session *session)
{
    bool is_last = one->what.mark.tries >= TR_RESTORE_TRIES;
    uint64_t age_ms = age_of(self, one);
    return session == NULL ? age_ms >= ALONE_MS
                           : age_ms >= TR_RESTORE_WELL_MS || (!is_last && is_quiet(session));
}

static bool is_well(const tr_restore_tries *self, const attempt *one, const tr_session *session)
{
    uint64_t age_ms = age_of(self, one);
    return session == NULL
               ? age_ms >= ALONE_MS
               : age_ms >= BUSY_MS || (age_ms >= TR_RESTORE_WELL_MS && is_quiet(session));
}

static void give_turn(tr_restore_tries *self, attempt *one)
{
    if (!one->what.is_alone)
        return;
    one->what.is_alone = false;
    tr_restore_turn_give(self->sessions->restore_turn);
}

static void drop(tr_restore_tries *self, attempt *one)
{
    give_turn(self, one);
    DL_DELETE(self->first, one);
    tr_free(one);
}

static bool is_one_alone(const tr_restore_tries *self)
{
    for (const attempt *at = self->first; at != NULL; at = at->next)
        if (at->what.is_alone)
            return true;
    return false;
}

static void look_later(tr_restore_tries *self)
{
    if (self->first != NULL)
        tr_timer_start(&self->look, is_one_alone(self) ? ALONE_MS : LOOK_MS, 0);
}

static void look_at(tr_restore_tries *self, attempt *one)
{
    const tr_session *session = tr_session_find(self->sessions, tr_slice_of(one->what.id));
    if (has_had_its_turn(self, one, session))
        give_turn(self, one);
    if (!is_well(self, one, session))
        return;
    tr_restore_mark_delete(self->sessions, one->what.id);
    drop(self, one);
}

static void on_look(tr_timer *timer)
{
    tr_restore_tries *self = timer->arg;
    bool was_alone = is_one_alone(self);
    attempt *next;
    for (attempt *at = self->first; at != NULL; at = next) {
        next = at->next;
        look_at(self, at);
    }
    look_later(self);
    if (was_alone && !is_one_alone(self) && self->on_turn != NULL)
        self->on_turn(self->sessions);
}

// -- judging --

uint64_t tr_restore_cause(tr_slice snapshot, tr_slice page)
{
    tr_snapshot read = {0};
    tr_flet_resume resume = {0};
    (void)!tr_snapshot_read(snapshot, &read);
    (void)tr_flet_page_resume(page, &resume);
    uint64_t hash = tr_hash(read.interrupted.data, read.interrupted.size);
    return tr_hash_more(hash, &resume.first, sizeof resume.first);
}

static tr_restore_tries *tries_of(tr_sessions *sessions)
{
    if (sessions->restore_tries == NULL) {
        tr_restore_tries *self = sessions->restore_tries = tr_new(tr_restore_tries);
        self->sessions = sessions;
        if (sessions->restore_turn == NULL)
            sessions->restore_turn = &self->own;
        tr_timer_init(&self->look, sessions->core, on_look, self);
    }
    return sessions->restore_tries;
}

void tr_restore_tries_tell(tr_sessions *sessions, void (*on_turn)(tr_sessions *sessions))
{
    tries_of(sessions)->on_turn = on_turn;
}

static attempt *find(const tr_restore_tries *self, tr_slice id)
{
    attempt *one;
    DL_FOREACH (self->first, one)
        if (memcmp(one->what.id, id.data, TR_SESSION_ID_SIZE) == 0)
            break;
    return one;
}

static tr_restore_mark next_mark(const tr_restore_mark *before, uint64_t program, uint64_t cause)
{
    bool is_same = before->all != 0 && before->cause == cause;
    return (tr_restore_mark){.program = program,
                             .cause = cause,
                             .tries = is_same ? before->tries + 1 : 1,
                             .all = before->all + 1};
}

enum tr_restore_verdict tr_restore_tries_judge(tr_sessions *sessions, tr_slice id, uint64_t cause,
                                               tr_slice marked, tr_restore_try *out)
{
    unsigned shard = (unsigned)tr_session_id_shard(id);
    tr_restore_mark before = {0};
    uint64_t program = 0;
    bool is_orphan = tr_snapshots_are_orphans(sessions, shard);
    if (tr_session_find(sessions, id) != NULL || (marked.size == 0 && !is_orphan))
        return TR_RESTORE_NOW;
    tr_restore_tries *self = tries_of(sessions);
    if (find(self, id) != NULL)
        return TR_RESTORE_ALONE; // by another browser, whose mark that is
    program = tr_program_id(sessions->app);
    bool is_marked = tr_restore_mark_read(marked, program, &before);
    *out = (tr_restore_try){.mark = next_mark(&before, program, cause)};
    memcpy(out->id, id.data, TR_SESSION_ID_SIZE);
    if (!is_marked) {
        out->mark.tries = out->mark.all = 1;
        return is_orphan ? TR_RESTORE_MARKED : TR_RESTORE_NOW;
    }
    if (out->mark.tries > TR_RESTORE_TRIES || out->mark.all > TR_RESTORE_ALL_TRIES) {
        tr_set_aside_note(sessions, out->id);
        return TR_RESTORE_NEVER;
    }
    out->is_alone = tr_restore_turn_take(sessions->restore_turn);
    return out->is_alone ? TR_RESTORE_MARKED : TR_RESTORE_ALONE;
}

bool tr_restore_tries_has_room(const tr_sessions *sessions)
{
    return sessions->restore_tries == NULL || tr_restore_turn_is_free(sessions->restore_turn);
}

// -- trying --

// The last one stays for as long as its page, of which it says that it is set aside.
static uint64_t ttl_of(const tr_sessions *sessions, const tr_restore_mark *mark)
{
    bool is_last = mark->tries == TR_RESTORE_TRIES || mark->all == TR_RESTORE_ALL_TRIES;
    uint64_t page_ms = 2 * sessions->timeout_ms + TR_SNAPSHOT_GRACE_MS;
    return is_last && page_ms > TR_RESTORE_MARK_MS ? page_ms : TR_RESTORE_MARK_MS;
}

int tr_restore_tries_mark(tr_sessions *sessions, const tr_restore_try *what,
                          tr_restore_marked *done, void *arg)
{
    tr_restore_tries *self = tries_of(sessions);
    attempt *one = tr_new(attempt);
    one->what = *what;
    DL_APPEND(self->first, one);
    int result = tr_restore_mark_save(sessions, what->id, &what->mark,
                                      ttl_of(sessions, &what->mark), done, arg);
    if (result < 0)
        drop(self, one);
    return result;
}

void tr_restore_tries_begin(tr_sessions *sessions, const tr_restore_try *what, bool is_restored)
{
    tr_restore_tries *self = sessions->restore_tries;
    attempt *one = find(self, tr_slice_of(what->id));
    if (one == NULL)
        return;
    if (!is_restored) {
        drop(self, one);
        return;
    }
    one->since_ms = tr_core_now_ms(sessions->core);
    look_later(self);
}

void tr_restore_tries_put_metrics(const tr_sessions *sessions, tr_metric_rows *out)
{
    tr_metric_put(out, TR_METRIC_OF_sessions_set_aside, "", tr_set_aside_count(sessions));
}

void tr_restore_tries_free(tr_sessions *sessions)
{
    tr_restore_tries *self = sessions->restore_tries;
    tr_set_aside_free(sessions);
    if (self == NULL)
        return;
    while (self->first != NULL)
        drop(self, self->first);
    tr_timer_stop(&self->look);
    sessions->restore_tries = NULL;
    tr_free(self);
}
