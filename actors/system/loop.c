// The loop of a core thread: its turn, where what arrives goes, and who hears of a node that is
// gone. It knows every other file of the thread; they reach it through the functions that it puts
// into the core.

#include <string.h>

#include "actors/bus/bus.h"
#include "actors/bus/link.h"
#include "actors/bus/liveness.h"
#include "actors/bus/routes.h"
#include "actors/core/actor_record.h"
#include "actors/core/alarm.h"
#include "actors/core/core_record.h"
#include "actors/core/coroutine.h"
#include "actors/core/fd_watch.h"
#include "actors/core/idle_list.h"
#include "actors/core/pending_ask.h"
#include "actors/core/placement.h"
#include "actors/core/relations.h"
#include "actors/core/system_record.h"
#include "actors/core/timer.h"
#include "actors/names/name_registry.h"
#include "actors/pool/pool.h"
#include "actors/system/introspect.h"
#include "actors/system/loop.h"
#include "actors/system/orders.h"
#include "actors/system/passivation.h"
#include "actors/topics/presence.h"
#include "actors/topics/topics.h"
#include "base/clock.h"
#include "base/code_here.h"
#include "base/live.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/must.h"
#include "base/random.h"
#include "troupe/err.h"
#include "wire/limits.h"

// Before sockets are looked at again: actor turns, and time. Heartbeats must go out and come in
// however busy the actors are, or this process looks dead to others, and others to it.
enum { RUNS_PER_TURN = 4096, RUNS_PER_LOOK = 16, UNSENT_TRIES_PER_TURN = 64 };

static void node_down(tr_core *self, uint64_t node)
{
    // Nodes that are no members (health checks) come and go all the time.
    enum tr_log_level level =
        tr_routes_find(&self->bus->routes, node) != NULL ? TR_LOG_INFO : TR_LOG_DEBUG;
    tr_log(level, "event=node_down node=%016llx core=%u", (unsigned long long)node, self->index);
    tr_bus_links_drop_node(self, node);
    tr_questions_fail(self, node);
    tr_relations_drop(self, node, -1);
    static const uint32_t listeners[] = {TR_SLOT_SESSIONS, TR_SLOT_GATEWAY, TR_SLOT_BROKER,
                                         TR_SLOT_NODE,     TR_SLOT_NAMES,   TR_SLOT_TOPICS,
                                         TR_SLOT_HANDLERS};
    for (unsigned i = 0; i < sizeof listeners / sizeof *listeners; i++) {
        tr_address to = tr_address_of(self->node, self->index, listeners[i]);
        tr_actor *actor = tr_actor_find(self, to);
        if (actor == NULL)
            continue;
        // Not over the bus: it must arrive whatever transport is forced.
        tr_message *message = tr_message_new(TR_MSG_node_down, &(tr_msg_node_down){.node = node});
        message->from = tr_core_address(self);
        message->to = to;
        if (tr_actor_push(actor, &message) < 0)
            tr_message_free(message);
    }
}

// What we lost is not back because somebody says again what was said before.
static void keep_lost(tr_routes *fresh, const tr_routes *old)
{
    for (uint32_t i = 0; fresh->is_stale && i < old->member_count; i++)
        if (old->members[i].is_suspect)
            tr_routes_suspect(fresh, old->members[i].node);
}

static void on_routes(tr_core *self, const tr_message *message)
{
    tr_slice members = TR_BODY(message, routes_changed)->members;
    tr_routes old = self->bus->routes;
    tr_routes fresh;
    tr_routes_init(&fresh);
    if (tr_routes_read(&fresh, members) < 0) {
        tr_routes_done(&fresh);
        self->stats.malformed++;
        return;
    }
    fresh.is_stale = TR_BODY(message, routes_changed)->is_stale;
    keep_lost(&fresh, &old);
    self->bus->routes = fresh;
    for (uint32_t i = 0; i < old.member_count; i++)
        if (old.members[i].node != self->node &&
            tr_routes_find(&fresh, old.members[i].node) == NULL)
            node_down(self, old.members[i].node);
    tr_routes_done(&old);
    static const uint32_t listeners[] = {TR_SLOT_NODE, TR_SLOT_SESSIONS, TR_SLOT_GATEWAY,
                                         TR_SLOT_TOPICS};
    for (unsigned i = 0; i < sizeof listeners / sizeof *listeners; i++) {
        tr_address to = tr_address_of(self->node, self->index, listeners[i]);
        if (tr_actor_find(self, to) != NULL)
            (void)tr_send(self, message->from, to, routes_changed, .members = members,
                          .is_stale = fresh.is_stale);
    }
}

static int on_core_message(tr_core *self, tr_message **message)
{
    tr_message *taken = *message;
    if (taken->shape->type == TR_MSG_routes_changed)
        on_routes(self, taken);
    else if (taken->shape->type == TR_MSG_link_hello)
        tr_bus_links_on_hello(self, taken);
    else if (taken->shape->type == TR_MSG_link_over)
        tr_liveness_on_over(self, taken->from, TR_BODY(taken, link_over)->incarnation);
    else if (taken->shape->type == TR_MSG_link_beat)
        tr_liveness_on_beat(self, taken);
    else if (tr_introspect_take(self, taken) || tr_order_take(self, taken))
        ;
    else if (tr_placement_take(self, message))
        return 0;
    else if (!tr_relations_take(self, taken))
        return TR_EGONE;
    tr_message_free(taken);
    *message = NULL;
    return 0;
}

static int deliver(tr_core *self, tr_message **message)
{
    tr_message_check(*message);
    uint32_t slot = tr_address_slot((*message)->to);
    int result;
    if (slot >= TR_SLOT_POOL) {
        result = tr_pool_deliver(self, *message);
        if (result == 0) {
            tr_message_free(*message);
            *message = NULL;
        }
    } else if (((*message)->flags & TR_FLAG_ANSWER) != 0) {
        tr_question_answer(self, message);
        result = 0;
    } else if (slot == TR_SLOT_CORE) {
        result = on_core_message(self, message);
    } else {
        // Made for the first message that it gets.
        tr_actor *actor = slot == TR_SLOT_NAMES    ? tr_names_here(self)
                          : slot == TR_SLOT_TOPICS ? tr_topics_here(self)
                                                   : tr_actor_find(self, (*message)->to);
        result = actor != NULL ? tr_actor_push(actor, message) : TR_EGONE;
    }
    if (result == TR_EGONE) {
        tr_core_dead_letter(self, *message, result);
        tr_core_tell_gone(self, *message);
    }
    return result;
}

void tr_core_turn(tr_core *self)
{
    self->stats.turns++;
    self->turn_until_ns = 0;
    tr_bus_drain(self);
    if (tr_pool_has_more(self))
        tr_pool_drain(self);
    // However long the draining took, some of those who are ready have their turn.
    self->turn_until_ns = 0;
    unsigned runs = self->runs_per_turn;
    unsigned until_look = RUNS_PER_LOOK;
    bool is_over = false;
    do {
        tr_placement_run(self);
        tr_coroutines_run(self);
        tr_core_account_mark(self);
        for (; runs != 0 && self->ready_head != NULL && !is_over; runs--) {
            tr_actor *next = tr_core_pop_ready(self);
            tr_code_turn_of(next->behaviour->name);
            tr_actor_run(next);
            if (--until_look != 0)
                continue;
            until_look = RUNS_PER_LOOK;
            is_over = tr_core_turn_is_over(self);
        }
    } while (runs != 0 && !is_over && (tr_coroutines_can_run(self) || self->orders.head != NULL));
    tr_code_turn_of(NULL);
    tr_unsent_retry(&self->unsent, self, UNSENT_TRIES_PER_TURN);
    tr_bus_links_flush(self);
}

// Actors that know of it hear of its end, and nothing comes for it any more.
static void end_extras(tr_actor *actor)
{
    tr_relations_end(actor, actor->extras->reason);
    tr_questions_end(actor);
    tr_alarms_end(actor);
    tr_watches_end(actor);
    tr_names_end(actor);
    tr_topics_end(actor);
    tr_presence_end(actor);
}

static void on_clock(struct ev_loop *loop, ev_check *watcher, int events)
{
    (void)loop;
    (void)events;
    tr_core *self = watcher->data;
    self->busy_since_ns = tr_clock_ns();
    atomic_store_explicit(&self->turn_began_ns, self->busy_since_ns, memory_order_relaxed);
    self->real_ms = self->busy_since_ns / 1000000;
    self->now_ms = self->held_ns != 0 ? self->held_ns / 1000000 : self->real_ms;
}

// How much of the time the loop does not sleep: a mean over about TIME_MEAN_NS, weighted by time.
static void note_busy(tr_core *self)
{
    enum { TIME_MEAN_NS = 100000000 };
    uint64_t now_ns = tr_clock_ns();
    uint64_t whole_ns = now_ns - self->slept_at_ns;
    uint64_t busy_ns = self->busy_since_ns > self->slept_at_ns ? now_ns - self->busy_since_ns : 0;
    self->slept_at_ns = now_ns;
    uint64_t share = whole_ns != 0 ? busy_ns * UINT16_MAX / whole_ns : 0;
    uint64_t weight_ns = whole_ns < TIME_MEAN_NS ? whole_ns : TIME_MEAN_NS;
    self->busy_share =
        (uint16_t)((share * weight_ns + self->busy_share * (TIME_MEAN_NS - weight_ns)) /
                   TIME_MEAN_NS);
}

static void on_check(struct ev_loop *loop, ev_check *watcher, int events)
{
    (void)loop;
    (void)events;
    tr_core_turn(watcher->data);
}

static void on_idle(struct ev_loop *loop, ev_idle *watcher, int events)
{
    (void)loop;
    (void)watcher;
    (void)events;
}

bool tr_core_is_busy(const tr_core *self)
{
    return self->ready_head != NULL || tr_bus_is_busy(self) || tr_coroutines_pending(self) ||
           tr_pool_has_more(self) || self->orders.head != NULL;
}

// Before the loop sleeps: is there anything that will not wake it? Then it only peeks at its
// sockets.
static void on_prepare(struct ev_loop *loop, ev_prepare *watcher, int events)
{
    (void)events;
    tr_core *self = watcher->data;
    if (tr_core_is_busy(self))
        ev_idle_start(loop, &self->idle);
    else
        ev_idle_stop(loop, &self->idle);
    tr_timers_arm(self);
    note_busy(self);
    tr_placement_publish(self);
    atomic_store_explicit(&self->turn_began_ns, 0, memory_order_relaxed);
}

static void on_tick(struct ev_loop *loop, ev_timer *watcher, int events)
{
    (void)loop;
    (void)events;
    tr_core *self = watcher->data;
    tr_liveness_tick(self);
    tr_coroutines_tick(self);
    tr_introspect_tick(self);
}

// True: and then it is to stop.
bool tr_core_run_posts(tr_core *self)
{
    tr_system *system = self->system;
    struct tr_core_thread *thread = &system->threads[self->index];
    tr_post posts[TR_SYSTEM_POST_CAP];
    tr_lock_take(&system->lock);
    unsigned count = thread->post_count;
    memcpy(posts, thread->posts, count * sizeof *posts);
    thread->post_count = 0;
    bool stop = system->is_ending;
    tr_lock_give(&system->lock);
    for (unsigned i = 0; i < count; i++)
        posts[i].function(self, posts[i].arg);
    return stop;
}

static void on_wake(struct ev_loop *loop, ev_async *watcher, int events)
{
    (void)events;
    if (tr_core_run_posts(watcher->data))
        ev_break(loop, EVBREAK_ALL);
}

tr_core *tr_core_new(tr_system *system, unsigned index)
{
    tr_core *self = tr_new(tr_core);
    tr_owner_take(&self->owner);
    tr_tag_set(self, TR_TAG_CORE);
    tr_live_born(core);
    tr_core_here = self;
    self->thread = gettid();
    self->code_here = &tr_code_runs;
    self->system = system;
    self->index = index;
    self->node = system->node;
    self->transport = system->transport;
    self->random = tr_random_u64();
    // Nobody can guess an answer's number; references are positive.
    self->next_correlation = 1 + (tr_random_u64() >> 2);
    self->runs_per_turn = RUNS_PER_TURN;
    self->turn_budget = TR_TURN_BUDGET;
    self->deliver = deliver;
    self->send_out = tr_bus_links_send;
    self->unsent.is_bounded_elsewhere = true; // by the caps of relations
    self->node_down = node_down;
    self->end_extras = end_extras;
    self->passivate = tr_actor_passivate;
    self->wake_up = tr_actor_wake_up;
    self->loop = ev_loop_new(EVFLAG_AUTO | EVFLAG_NOSIGMASK);
    tr_must(self->loop != NULL);
    self->slot_cap = 64;
    self->slot_count = TR_SLOT_FIRST;
    self->actors = tr_calloc(self->slot_cap, sizeof(tr_actor *));
    self->generations = tr_calloc(self->slot_cap, sizeof(uint32_t));
    self->bus = tr_bus_new();
    tr_timers_open(self);
    tr_coroutines_open(self);

    ev_prepare_init(&self->prepare, on_prepare);
    ev_check_init(&self->check, on_check);
    ev_check_init(&self->clock, on_clock);
    ev_idle_init(&self->idle, on_idle);
    ev_async_init(&self->wake, on_wake);
    self->prepare.data = self->check.data = self->clock.data = self;
    self->idle.data = self->wake.data = self;
    // The turn comes behind every socket and timer of this round of the loop.
    ev_set_priority(&self->check, EV_MINPRI);
    ev_set_priority(&self->clock, EV_MAXPRI);
    ev_set_priority(&self->idle, EV_MINPRI);
    ev_set_priority(&self->prepare, EV_MINPRI);
    ev_prepare_start(self->loop, &self->prepare);
    ev_check_start(self->loop, &self->check);
    ev_check_start(self->loop, &self->clock);
    ev_async_start(self->loop, &self->wake);
    ev_timer_init(&self->tick, on_tick, TR_HEARTBEAT_MS / 2000., TR_HEARTBEAT_MS / 2000.);
    self->tick.data = self;
    ev_timer_start(self->loop, &self->tick);
    self->held_ns = system->options.held_clock ? TR_HELD_CLOCK_START_NS : 0;
    self->real_ms = tr_clock_ms();
    self->now_ms = self->held_ns != 0 ? self->held_ns / 1000000 : self->real_ms;
    self->started_ms = self->real_ms;
    return self;
}

void tr_core_free(tr_core **self)
{
    tr_core *core = *self;
    if (core == NULL)
        return;
    tr_owner_assert(&core->owner);
    core->is_closing = true;
    ev_timer_stop(core->loop, &core->tick);
    tr_actors_stop_all(core);
    tr_placement_run(core);
    tr_pool_close(core);
    tr_coroutines_close(core);
    tr_relations_close(core);
    tr_bus_links_close(core);
    tr_bus_close(core);
    tr_bus_free(&core->bus);
    tr_map_done(&core->questions);
    tr_idle_close(core);
    tr_timers_close(core);
    ev_loop_destroy(core->loop);
    tr_free(core->actors);
    tr_free(core->generations);
    tr_free(core->free_slots);
    tr_core_here = NULL;
    tr_live_gone(core);
    tr_free(core);
    *self = NULL;
}
