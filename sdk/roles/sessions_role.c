#include "sdk/roles/sessions_role.h"

#include "actors/bus/routes.h"
#include "actors/core/core_record.h"
#include "actors/core/coroutine.h"
#include "base/client_limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/must.h"
#include "base/refusals.h"
#include "base/reserve.h"
#include "metrics/count.h"
#include "sdk/moving/arrival.h"
#include "sdk/moving/drain.h"
#include "sdk/roles/background_handlers.h"
#include "sdk/roles/http_requests.h"
#include "sdk/roles/openings.h"
#include "sdk/roles/paint_requests.h"
#include "sdk/roles/restore_tries.h"
#include "sdk/roles/session_orders.h"
#include "sdk/roles/sessions_inspect.h"
#include "sdk/roles/shards.h"
#include "sdk/roles/sign_in_returns.h"
#include "sdk/roles/unload.h"
#include "sdk/session/call.h"
#include "sdk/session/download_steps.h"
#include "sdk/session/downloads.h"
#include "sdk/session/durability.h"
#include "sdk/session/handler_placement.h"
#include "sdk/session/identity.h"
#include "sdk/session/listeners.h"
#include "sdk/session/move.h"
#include "sdk/session/outgoing_packets.h"
#include "sdk/session/pool_call.h"
#include "sdk/session/providers.h"
#include "sdk/session/session.h"
#include "sdk/session/session_away.h"
#include "sdk/session/session_file.h"
#include "sdk/session/snapshots.h"
#include "sdk/session/upload_steps.h"
#include "troupe/actors/system.h"
#include "troupe/err.h"
#include "wire/close_code.h"
#include "wire/rows.h"

enum { LOAD_MS = 500 };

static tr_sessions *state_of(tr_actor *actor)
{
    return tr_actor_state(actor);
}

// A page that replaces a lost one must not give its controls the ids of the old one: a click that
// was on its way would hit something else. 2^10 strides of 2^20 ids, all below 2^31.
static uint32_t first_id(tr_sessions *self, tr_slice old_id)
{
    if (old_id.size == 0)
        return TR_ID_FIRST;
    return (uint32_t)(1 + tr_core_random(self->core) % 1023) << 20;
}

static tr_session *make(tr_sessions *self, tr_slice old_id)
{
    if (self->shard_count == 0 || self->is_draining || self->count >= TR_SESSIONS_PER_CORE_CAP)
        return NULL;
    char id[TR_SESSION_ID_SIZE + 1];
    tr_session_id_make(id, self->shards[tr_core_random(self->core) % self->shard_count]);
    tr_count(TR_TALLY_session_new);
    return tr_session_new(self, id, first_id(self, old_id));
}

static bool is_full(const tr_sessions *self)
{
    return self->memory_max != 0 && tr_mem_in_use() > self->memory_max;
}

static void turn_away(tr_sessions *self, const tr_message *message, unsigned code, const char *why)
{
    (void)tr_send(self->core, message->to, tr_open_connection(message), browser_close,
                  .code = (uint16_t)code, .reason = tr_slice_of(why));
}

static void refuse(tr_sessions *self, const tr_message *message, const char *why)
{
    turn_away(self, message, TR_CLOSE_TRY_LATER, why);
}

// To a session, or to a new one in place of what the browser knew.
static void attach(tr_sessions *self, const tr_message *message, tr_session *session)
{
    const tr_msg_session_open *open = TR_BODY(message, session_open);
    // A duplicated tab brings a copy of the id. Our own client says that the newest one wins; for
    // others, who would fight over it for ever, the copy gets a session of its own.
    if (session != NULL && tr_address_is_set(session->connection) && !open->newest_wins)
        session = NULL;
    // Whoever has only its id has nothing: as if it were not there.
    const char *refusal = session != NULL ? tr_identity_refusal(session, open) : NULL;
    if (refusal != NULL) {
        tr_log(TR_LOG_WARN, "event=session_refused reason=%s session=%.6s", refusal, session->id);
        session = NULL;
    }
    // Nor does a page go on that could not be built: else its browser, come anew, is shown the failure
    // of before.
    if (session != NULL && session->given_up != NULL) {
        tr_session_close(session, TR_CLOSE_REPLACED, "opened elsewhere");
        tr_session_end(session);
        session = NULL;
    }
    bool is_new = session == NULL;
    if (is_new && is_full(self)) {
        tr_refusal_add(TR_REFUSAL_SESSION_MEMORY);
        refuse(self, message, "this server has no memory for another page");
        return;
    }
    if (is_new && !tr_client_may_open(self->clients, open->client_ip, tr_core_now_ms(self->core))) {
        refuse(self, message, "your address opens too many new pages at once");
        return;
    }
    if (is_new)
        session = make(self, open->session_id);
    if (session == NULL) {
        tr_count(TR_TALLY_refused_session);
        refuse(self, message, self->is_draining ? "draining" : "no room for another session");
        return;
    }
    if (!tr_session_may_return(session)) {
        refuse(self, message, "this page comes and goes too often");
        return;
    }
    tr_session_attach(session, tr_open_connection(message), open, is_new);
}

static void on_session_read(tr_sessions *self, const tr_message *message, int status,
                            tr_slice snapshot)
{
    tr_session *session = tr_session_find(self, TR_BODY(message, session_open)->session_id);
    if (session != NULL && tr_move_pass_on(session, message))
        return;
    if (session == NULL && status == 0)
        session = tr_session_restore(self, snapshot, &status);
    if (status == TR_EFULL)
        refuse(self, message, "no room for another session");
    else if (status == TR_EREFUSED) // its sign-in; the store keeps it for who has the key
        refuse(self, message, "this server has not the key to its page");
    else
        attach(self, message, session);
}

// A session that is not here, and that the store may have; or one that is, and of which a browser
// would be shown what is not in the store yet.
static bool must_wait(const tr_sessions *self, const tr_session *session, int shard)
{
    if (session != NULL)
        return !tr_durable_is_open(session);
    return shard >= 0 && self->snapshots != NULL && !self->is_draining;
}

// For a session whose shard another process has. Where that is gone, its page is in the store, if
// there is one: then the browser waits here until the shard is somebody's. Otherwise the page is
// lost, when no broker lives who could say that its process is back: then this one begins anew.
static bool may_stand_in(tr_sessions *self, const tr_message *message, tr_address owner)
{
    const tr_routes *routes = tr_core_routes(self->core);
    bool is_lost = TR_BODY(message, session_open)->is_owner_lost && routes->is_stale;
    bool has_store = self->snapshots != NULL;
    if (has_store ? tr_routes_is_silent(routes, owner.node) : is_lost)
        return true;
    if (is_lost)
        refuse(self, message, "its process is gone, and no broker gives its place away");
    else // who has it is there already: nothing is won by coming later
        turn_away(self, message, TR_CLOSE_RESTART, "moved");
    return false;
}

static void on_open(tr_sessions *self, const tr_message *message)
{
    const tr_msg_session_open *open = TR_BODY(message, session_open);
    tr_session *session = tr_session_find(self, open->session_id);
    if (session != NULL && tr_move_pass_on(session, message))
        return;
    tr_address moved = session == NULL ? tr_drain_target(self, open->session_id) : TR_NOWHERE;
    if (tr_address_is_set(moved)) {
        tr_open_pass_on(self->core, self->actor, moved, message); // behind the session
        return;
    }
    // Another core thread's: the gateway's table was old, or ours is ahead of it.
    int shard = tr_session_id_shard(open->session_id);
    if (session == NULL && shard >= 0 && self->shard_epochs[shard] == 0) {
        tr_address owner = tr_routes_owner(tr_core_routes(self->core), open->session_id);
        bool is_other = tr_address_is_set(owner) && !tr_address_equal(owner, message->to);
        if (is_other && !may_stand_in(self, message, owner))
            return;
    }
    if (!must_wait(self, session, shard))
        attach(self, message, session);
    else if (tr_opening_begin(self, message, on_session_read, turn_away) < 0)
        refuse(self, message, "too many come back at once");
}

// One that drains takes it, too: who sent it did not know, and keeps nothing of it. It goes on from here.
static void on_move(tr_sessions *self, const tr_message *message)
{
    if (self->is_shut)
        return; // its sender hears that we are gone, and sends it to another one
    const tr_msg_session_move *move = TR_BODY(message, session_move);
    tr_session_file file;
    int shard = tr_session_file_read(move->file, &file) == 0 ? tr_session_id_shard(file.id) : -1;
    if (shard >= 0 &&
        (!tr_shards_take(self, (unsigned)shard, move->epoch) ||
         !tr_snapshots_arrives(self, (unsigned)shard,
                               (tr_shard_given){move->store_epoch, move->store_may_be_next},
                               message->from.node))) {
        tr_log(TR_LOG_WARN, "event=session_refused reason=stale_epoch shard=%d", shard);
        (void)tr_send(self->core, message->to, message->from, session_taken, .status = TR_EGONE);
        return;
    }
    (void)tr_session_arrive(self, message); // it answers
}

// Sessions hear of a lost process from here: those that a browser reached through it, and those
// that have a handler running there. They hear of it at once: a browser that comes again through the
// same process is behind this in our mailbox, and must not be taken for the one that was lost.
static void on_node_down(tr_sessions *self, const tr_message *message)
{
    const tr_msg_node_down *down = TR_BODY(message, node_down);
    tr_session *session;
    tr_session *next;
    HASH_ITER (by_id, self->by_id, session, next)
        if ((session->connection.node == down->node && tr_address_is_set(session->connection)) ||
            tr_call_find_on(session, down->node) != NULL)
            tr_session_on_node_down(session, message);
    tr_place_forget(self, down->node);
}

// What only some may say; the bus keeps other processes from saying it, and this anybody else here.
static bool may_say(const tr_sessions *self, const tr_message *message)
{
    tr_address agent = tr_address_of(tr_core_node(self->core), 0, TR_SLOT_NODE);
    switch (message->shape->type) {
    case TR_MSG_shard_granted:
    case TR_MSG_shard_lost:
    case TR_MSG_shard_leave:
        return tr_address_equal(message->from, agent);
    case TR_MSG_node_down:
        return tr_address_equal(message->from, tr_core_address(self->core));
    default:
        return true;
    }
}

static void on_message(tr_actor *actor, tr_message *message)
{
    tr_sessions *self = state_of(actor);
    if (!may_say(self, message)) {
        tr_core_dead_letter(self->core, message, TR_EPROTOCOL);
        return;
    }
    switch (message->shape->type) {
    case TR_MSG_session_open:
        on_open(self, message);
        break;
    case TR_MSG_session_move:
        on_move(self, message);
        break;
    case TR_MSG_shard_granted:
        tr_shards_on_granted(self, TR_BODY(message, shard_granted)->shards);
        break;
    case TR_MSG_shard_lost:
        tr_shards_on_lost(self, TR_BODY(message, shard_lost));
        break;
    case TR_MSG_shard_leave:
        tr_drain_shard(self, TR_BODY(message, shard_leave)->shard,
                       TR_BODY(message, shard_leave)->target);
        break;
    case TR_MSG_shard_handed:
        tr_shards_on_handed(self, TR_BODY(message, shard_handed));
        break;
    case TR_MSG_node_down:
        on_node_down(self, message);
        break;
    case TR_MSG_upload_step:
        tr_uploads_on_step(self, message);
        break;
    case TR_MSG_download_step:
        tr_downloads_on_step(self, message);
        break;
    case TR_MSG_http_request:
        tr_http_requests_on(self, message);
        break;
    case TR_MSG_http_given_up:
        tr_http_requests_give_up(self, TR_BODY(message, http_given_up)->attempt);
        break;
    case TR_MSG_paint_request:
        tr_paint_requests_on(self, message);
        break;
    case TR_MSG_sign_in_callback:
        tr_sign_in_returns(self, message);
        break;
    case TR_MSG_handler_done:
        tr_background_on_done(self, TR_BODY(message, handler_done));
        break;
    case TR_MSG_handlers_leave:
        tr_place_on_leave(self, message);
        break;
    default:
        break;
    }
}

static void on_resend(tr_timer *timer)
{
    tr_sessions *self = timer->arg;
    tr_unsent_retry(&self->unsent, self->core, TR_UNSENT_TRIES);
    if (self->unsent.count != 0)
        tr_timer_start(&self->resend, TR_SESSION_RETRY_MS, 0);
}

static void on_load(tr_timer *timer)
{
    tr_sessions *self = timer->arg;
    (void)tr_mem_is_short(); // puts the reserve aside again as soon as it can be had
    if (is_full(self))
        tr_sessions_unload(self);
    tr_address agent = tr_address_of(tr_core_node(self->core), 0, TR_SLOT_NODE);
    (void)tr_send(self->core, tr_actor_address(self->actor), agent, sessions_load,
                  .core = tr_core_index(self->core), .sessions = self->count,
                  .store = tr_snapshots_look(self));
}

// A handler may wait with what the actors have, too: its scope goes with it.
static void *carry_scope(void *mine)
{
    return tr_scope_swap(mine);
}

static void put_metrics(tr_core *core, tr_metric_rows *out)
{
    const tr_sessions *self = tr_core_role(core, TR_ROLE_SLOT_SDK);
    if (self == NULL)
        return;
    tr_metric_put(out, TR_METRIC_OF_sessions, "state=\"connected\"", self->connected);
    tr_metric_put(out, TR_METRIC_OF_sessions, "state=\"disconnected\"",
                  self->count - self->connected);
    tr_metric_put(out, TR_METRIC_OF_queue, "queue=\"unsent_of_sessions\"", self->unsent.count);
    tr_restore_tries_put_metrics(self, out);
    tr_snapshots_put_metrics(self, out);
}

// What operators ask and tell.
static bool take_for_operators(tr_core *core, const tr_message *message)
{
    tr_sessions *self = tr_core_role(core, TR_ROLE_SLOT_SDK);
    return self != NULL &&
           (tr_sessions_take_question(self, message) || tr_sessions_take_order(self, message));
}

static int on_start(tr_actor *actor, const void *args)
{
    const tr_sessions_options *options = args;
    tr_sessions *self = state_of(actor);
    self->core = tr_actor_core(actor);
    self->actor = actor;
    self->app = options->app;
    self->timeout_ms = options->timeout_ms;
    self->unused_timeout_ms =
        options->unused_timeout_ms != 0 ? options->unused_timeout_ms : TR_SESSION_UNUSED_MS;
    self->memory_max = options->memory_max;
    self->clients = options->clients;
    self->restore_turn = options->restore_turn;
    self->handlers = options->handlers;
    self->builds_again = options->builds_again;
    self->says_times = options->says_times;
    self->upload_settings = options->uploads;
    self->download_settings = options->downloads;
    self->auth_settings = options->auth;
    tr_providers_set(self->app->providers);
    self->durability = options->store != NULL ? options->durability : TR_DURABILITY_NONE;
    int result = tr_snapshots_open(self, options->store, options->store_keys);
    if (result < 0)
        return result;
    tr_core_role_set(self->core, TR_ROLE_SLOT_SDK, self);
    tr_core_probe_set(self->core, TR_ROLE_SLOT_SDK, put_metrics);
    tr_core_clerk_set(self->core, TR_ROLE_SLOT_SDK, take_for_operators);
    tr_pool_set_function(self->core, tr_pool_call_run);
    tr_coroutine_set_carry(self->core, carry_scope);
    tr_timer_init(&self->load, self->core, on_load, self);
    tr_timer_init(&self->resend, self->core, on_resend, self);
    tr_timer_start(&self->load, LOAD_MS, LOAD_MS);
    tr_background_start(self, options->runs_background);
    return options->runs_background && self->app->setup != NULL ? self->app->setup(self->core) : 0;
}

static void on_stop(tr_actor *actor)
{
    tr_sessions *self = state_of(actor);
    tr_timer_stop(&self->load);
    tr_timer_stop(&self->resend);
    tr_unsent_done(&self->unsent);
    tr_drain_free(self);
    tr_downloads_forget_lent(self);
    tr_snapshots_close(self);
    tr_openings_free(self); // after the store has told them of its end
    tr_restore_tries_free(self);
    tr_background_stop(self);
    tr_buf_done(&self->scratch);
    tr_buf_done(&self->signature);
    tr_shared_patches_done(&self->shared);
    tr_map_done(&self->away);
    tr_map_done(&self->leaving);
    tr_map_done(&self->requests);
    tr_core_role_set(self->core, TR_ROLE_SLOT_SDK, NULL);
}

static const tr_behaviour sessions_behaviour = {.name = "sessions",
                                                .state_size = sizeof(tr_sessions),
                                                .on_start = on_start,
                                                .on_message = on_message,
                                                .on_stop = on_stop,
                                                .mailbox_cap = 65536};

int tr_sessions_start(tr_core *core, const tr_sessions_options *options)
{
    return tr_spawn(core, &sessions_behaviour, options, TR_SLOT_SESSIONS, NULL);
}

bool tr_sessions_ready(tr_core *core)
{
    const tr_sessions *self = tr_core_role(core, TR_ROLE_SLOT_SDK);
    return self != NULL && self->shard_count != 0;
}

bool tr_sessions_store_is_away(tr_core *core)
{
    const tr_sessions *self = tr_core_role(core, TR_ROLE_SLOT_SDK);
    return self != NULL && tr_snapshots_are_away(self);
}

uint32_t tr_sessions_count(tr_core *core)
{
    const tr_sessions *self = tr_core_role(core, TR_ROLE_SLOT_SDK);
    return self != NULL ? self->count : 0;
}

void tr_sessions_drain(tr_core *core)
{
    tr_sessions *self = tr_core_role(core, TR_ROLE_SLOT_SDK);
    if (self != NULL)
        tr_drain_begin(self);
}

void tr_sessions_shut(tr_core *core)
{
    tr_sessions *self = tr_core_role(core, TR_ROLE_SLOT_SDK);
    if (self != NULL)
        self->is_shut = true;
}

bool tr_sessions_are_leaving(tr_core *core)
{
    const tr_sessions *self = tr_core_role(core, TR_ROLE_SLOT_SDK);
    return self != NULL && (tr_drain_is_busy(self) || tr_snapshots_are_busy(self));
}
