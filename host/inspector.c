#include "host/inspector.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "actors/core/core.h"
#include "actors/core/coroutine.h"
#include "base/clock.h"
#include "base/lock.h"
#include "base/mem.h"
#include "host/bus_address.h"
#include "host/options.h"
#include "troupe/actors/system.h"
#include "troupe/err.h"

// Links are bounded, and each core thread costs one.
enum { DIALS_CAP = TR_PEERS_CAP - 8, AGAIN_MS = 10, SESSION_AGAIN_MS = 100 };

typedef struct job {
    const tr_inspection_options *options;
    tr_inspection *out;
    tr_core *core;
    unsigned dials;
    tr_lock lock; // guards is_over
    pthread_cond_t changed;
    bool is_over;
} job;

// -- one question --

static int ask_with(job *self, uint64_t node, uint32_t slot, unsigned type, const void *question,
                    tr_message **out)
{
    uint64_t until_ms = tr_clock_ms() + self->options->timeout_ms;
    tr_address from = tr_address_of(tr_core_node(self->core), 0, TR_SLOT_CORE);
    for (;;) {
        uint64_t now_ms = tr_clock_ms();
        if (now_ms >= until_ms)
            return TR_ETIMEOUT;
        int result = tr_coroutine_ask(from, tr_address_of(node, 0, slot), type, question,
                                      until_ms - now_ms, out);
        if (result != TR_EUNAVAILABLE) // the way is not up yet
            return result;
        result = tr_coroutine_sleep(AGAIN_MS);
        if (result < 0)
            return result;
    }
}

static bool has_enough_sessions(const job *self)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < self->out->count; i++)
        count += self->out->cores[i].session_count;
    return count >= self->options->sessions_max;
}

// All pages of a section.
static int read_section(job *self, uint64_t node, uint32_t slot, enum tr_inspect_section section,
                        tr_seen_core *out)
{
    uint64_t at = 0;
    while (at != TR_INSPECT_END) {
        tr_message *answer = NULL;
        int result = ask_with(self, node, slot, TR_MSG_inspect,
                              &(tr_msg_inspect){.section = (uint16_t)section, .at = at}, &answer);
        if (result < 0)
            return result;
        uint64_t next = 0;
        result = TR_EPROTOCOL;
        if (TR_TYPE(answer) == TR_MSG_inspected) {
            next = TR_BODY(answer, inspected)->next;
            result = tr_seen_read(out, section, TR_BODY(answer, inspected)->rows);
        }
        tr_message_free(answer);
        if (result < 0)
            return result;
        if (next <= at)
            return TR_EMALFORMED; // it would never end
        at = section == TR_INSPECT_SESSIONS && has_enough_sessions(self) ? TR_INSPECT_END : next;
    }
    return 0;
}

const char *tr_inspection_silence(const tr_inspection_options *options)
{
    return options->bus_key != NULL
               ? "nobody answers, or nobody who has this key"
               : "nobody answers; one with a key does so to who has it (--bus-key, TROUPE_BUS_KEY)";
}

static const char *silence_of(const job *self)
{
    return self->out->is_answered ? "nobody answers" : tr_inspection_silence(self->options);
}

static void fail(job *self, const char *endpoint, const char *name, int error)
{
    const char *what = error == TR_ETIMEOUT || error == TR_EUNAVAILABLE ? silence_of(self)
                       : error == TR_EMALFORMED || error == TR_EPROTOCOL
                           ? "answers what cannot be read"
                           : tr_err_text(error);
    tr_buf_printf(&self->out->failures, "%s%s%s%s: %s\n", endpoint, name[0] != '\0' ? " (" : "",
                  name, name[0] != '\0' ? ")" : "", what);
}

// -- core threads, processes --

static bool is_endpoint(const char *text)
{
    return strncmp(text, "tcp://", 6) == 0 || strncmp(text, "ipc://", 6) == 0;
}

// Its kind; NULL, with the failure noted. Good until the next one.
static tr_seen_core *see_node(job *self, const char *endpoint, const char *name,
                              uint64_t *out_alias)
{
    if (!is_endpoint(endpoint) || self->dials >= DIALS_CAP) {
        fail(self, endpoint, name, TR_EUNAVAILABLE);
        return NULL;
    }
    self->dials++;
    *out_alias = tr_core_dial(self->core, endpoint);
    tr_inspection *all = self->out;
    all->cores = tr_realloc(all->cores, (all->count + 1) * sizeof *all->cores);
    tr_seen_core *seen = &all->cores[all->count];
    *seen = (tr_seen_core){.alias = *out_alias};
    int result = read_section(self, *out_alias, TR_SLOT_CORE, TR_INSPECT_NODE, seen);
    if (result < 0) {
        tr_seen_done(seen);
        fail(self, endpoint, name, result);
        return NULL;
    }
    all->count++;
    return seen;
}

static void see_rest(job *self, const char *endpoint, uint64_t alias, tr_seen_core *seen)
{
    for (unsigned section = TR_INSPECT_NODE + 1; section < TR_INSPECT_SECTIONS; section++) {
        bool is_full = section == TR_INSPECT_SESSIONS && has_enough_sessions(self);
        if (section == TR_INSPECT_MEMBERS || !self->options->sections[section] || is_full)
            continue;
        int result = read_section(self, alias, TR_SLOT_CORE, section, seen);
        if (result < 0) {
            fail(self, endpoint, seen->name, result);
            return;
        }
    }
}

static bool is_wanted(const job *self, uint64_t node, const char *name)
{
    char number[17];
    const char *wanted = self->options->node;
    snprintf(number, sizeof number, "%016" PRIx64, node);
    return wanted == NULL || strncmp(number, wanted, strlen(wanted)) == 0 ||
           strncmp(name, wanted, strlen(wanted)) == 0;
}

static void see_core(job *self, const char *endpoint, const char *name)
{
    uint64_t alias = 0;
    tr_seen_core *seen = see_node(self, endpoint, name, &alias);
    if (seen != NULL)
        see_rest(self, endpoint, alias, seen);
}

static void see_member(job *self, const tr_seen_member *member)
{
    if (member->endpoint_count == 0)
        tr_buf_printf(&self->out->failures, "%s: cannot be reached by others\n", member->name);
    for (uint32_t i = 0; i < member->endpoint_count; i++)
        see_core(self, member->endpoints[i], member->name);
}

// The other core threads of the process that was asked first.
static void see_siblings(job *self, const tr_seen_core *first)
{
    tr_seen_core copy = *first; // the array moves
    for (uint32_t i = 0; i < copy.endpoint_count; i++)
        if (i != copy.core)
            see_core(self, copy.endpoints[i], copy.name);
    // Those of a broker have nothing to do.
    if (copy.endpoint_count == 0 && copy.cores > 1 && !copy.is_broker)
        tr_buf_printf(&self->out->failures, "%s: its other core threads cannot be reached\n",
                      copy.name);
}

static bool is_seen_before(const tr_inspection *seen, uint32_t at)
{
    for (uint32_t i = 0; i < at; i++)
        if (seen->cores[i].node == seen->cores[at].node &&
            seen->cores[i].core == seen->cores[at].core)
            return true;
    return false;
}

static void see_more(job *self)
{
    tr_inspection *seen = self->out;
    for (unsigned i = 0; i < self->options->more_count; i++) {
        uint32_t at = seen->count;
        see_core(self, self->options->more[i], "");
        if (seen->count > at && is_seen_before(seen, at))
            tr_seen_done(&seen->cores[--seen->count]);
    }
}

static void see_all(job *self)
{
    uint64_t alias = 0;
    tr_seen_core *first = see_node(self, self->options->endpoint, "", &alias);
    if (first == NULL)
        return;
    self->out->is_answered = true;
    tr_seen_core members = {0};
    int result = read_section(self, alias, first->is_broker ? TR_SLOT_BROKER : TR_SLOT_CORE,
                              TR_INSPECT_MEMBERS, &members);
    if (result < 0)
        fail(self, self->options->endpoint, first->name, result);
    uint64_t node = first->node;
    if (is_wanted(self, node, first->name)) {
        see_rest(self, self->options->endpoint, alias, first);
        see_siblings(self, &self->out->cores[0]);
    } else {
        tr_seen_done(first);
        self->out->count = 0;
    }
    for (uint32_t i = 0; i < members.member_count; i++)
        if (members.members[i].node != node &&
            is_wanted(self, members.members[i].node, members.members[i].name))
            see_member(self, &members.members[i]);
    tr_seen_done(&members);
    see_more(self);
}

// -- orders --

static int order(job *self, const tr_seen_core *to)
{
    tr_message *answer = NULL;
    tr_msg_node_order body = {.what = (uint16_t)self->options->order,
                              .value = tr_slice_of(self->options->order_value)};
    int result = ask_with(self, to->alias, TR_SLOT_CORE, TR_MSG_node_order, &body, &answer);
    if (result == 0 && TR_TYPE(answer) == TR_MSG_answer)
        result = (int)TR_BODY(answer, answer)->status;
    tr_message_free(answer);
    return result;
}

static void give_order(job *self, const tr_seen_core *to)
{
    int result = order(self, to);
    if (result < 0)
        fail(self, to->name, "", result);
    else
        self->out->obeyed++;
}

// One whose handlers run, or that is just being saved, may be had in a moment.
static int order_session(job *self, const tr_seen_core *to)
{
    uint64_t until_ms = tr_clock_ms() + self->options->timeout_ms;
    for (;;) {
        int result = order(self, to);
        if (result != TR_EFULL || tr_clock_ms() >= until_ms)
            return result;
        if (tr_coroutine_sleep(SESSION_AGAIN_MS) < 0)
            return TR_ECANCELLED;
    }
}

static void fail_session(job *self, int error)
{
    const char *what =
        error == TR_ENOTFOUND ? "no session in memory begins so"
        : error == TR_EEXISTS ? "several sessions begin so; say more of it"
        : error == TR_EINVALID
            ? "no session's id begins so; six characters at least, as the log has them"
        : error == TR_EFULL    ? "nothing was done: a handler of it runs, or it is not saved yet"
        : error == TR_EREFUSED ? "nothing was done: no store keeps it; --end ends it for good"
                               : tr_err_text(error);
    tr_buf_printf(&self->out->failures, "%s: %s\n", self->options->order_value, what);
}

// Core threads that have not its shard say that it is not there.
static void give_session_order(job *self)
{
    tr_inspection *seen = self->out;
    int result = TR_ENOTFOUND;
    for (uint32_t i = 0; i < seen->count && result == TR_ENOTFOUND; i++) {
        if (seen->cores[i].is_hosting)
            result = order_session(self, &seen->cores[i]);
        if (result == 0)
            seen->obedient = i;
    }
    if (result == 0)
        seen->obeyed = 1;
    else
        fail_session(self, result);
}

// A process is given an order by its first core thread.
static void give_orders(job *self)
{
    tr_inspection *seen = self->out;
    uint32_t processes = 0;
    for (uint32_t i = 0; i < seen->count; i++)
        processes += seen->cores[i].core == 0;
    if (self->options->is_order_for_one && processes > 1) {
        tr_buf_printf(&seen->failures, "%s is %u processes:", self->options->node, processes);
        for (uint32_t i = 0; i < seen->count; i++)
            if (seen->cores[i].core == 0)
                tr_buf_printf(&seen->failures, " %s", seen->cores[i].name);
        tr_buf_printf(&seen->failures, "; name one\n");
        return;
    }
    for (uint32_t i = 0; i < seen->count; i++)
        if (seen->cores[i].core == 0)
            give_order(self, &seen->cores[i]);
}

// -- the system that asks --

static void run(void *arg)
{
    job *self = arg;
    see_all(self);
    if (self->options->sample_ms != 0 && self->out->is_answered) {
        // All were asked, so all measure now.
        int slept = tr_coroutine_sleep(self->options->sample_ms);
        tr_inspection_done(self->out);
        if (slept == 0)
            see_all(self);
    }
    if (self->options->has_order && self->options->is_order_for_session)
        give_session_order(self);
    else if (self->options->has_order)
        give_orders(self);
    tr_lock_take(&self->lock);
    self->is_over = true;
    pthread_cond_signal(&self->changed);
    tr_lock_give(&self->lock);
}

static int set_up(tr_core *core, void *arg)
{
    job *self = arg;
    self->core = core;
    return tr_coroutine_start(core, "inspect", run, self, NULL);
}

int tr_inspect(const tr_inspection_options *options, tr_inspection *out)
{
    *out = (tr_inspection){0};
    char bus[TR_ENDPOINT_CAP_BYTES];
    if (tr_bus_address_towards(options->endpoint, bus, sizeof bus) < 0)
        return TR_ENOTFOUND;
    job self = {.options = options, .out = out};
    tr_lock_init(&self.lock, "inspector", TR_LOCK_INSPECTOR);
    pthread_cond_init(&self.changed, NULL);
    tr_system *system = NULL;
    // Not tr_system_run: signals are the program's that looks.
    int result = tr_system_start(&(tr_system_options){.core_count = 1,
                                                      .bus_endpoint = bus,
                                                      .bus_key = options->bus_key,
                                                      .insecure_bus = options->insecure_bus,
                                                      .setup = set_up,
                                                      .arg = &self},
                                 &system);
    tr_lock_take(&self.lock);
    while (result == 0 && !self.is_over)
        (void)tr_lock_wait(&self.lock, &self.changed, 0);
    tr_lock_give(&self.lock);
    tr_system_stop(&system);
    pthread_cond_destroy(&self.changed);
    tr_lock_done(&self.lock);
    return result == 0 ? 0 : TR_ESYSTEM;
}

void tr_inspection_done(tr_inspection *self)
{
    for (uint32_t i = 0; i < self->count; i++)
        tr_seen_done(&self->cores[i]);
    tr_free(self->cores);
    tr_buf_done(&self->failures);
    *self = (tr_inspection){0};
}
