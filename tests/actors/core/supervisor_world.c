#include "supervisor_world.h"

#include <string.h>

static void note(worker *self, char what)
{
    size_t length = strlen(self->in->log);
    ck_assert_uint_lt(length + 3, SUPERVISION_LOG_SIZE);
    self->in->log[length] = what;
    self->in->log[length + 1] = self->name[0];
}

static worker *worker_of(tr_actor *self)
{
    return *(worker **)tr_actor_state(self);
}

static int worker_start(tr_actor *self, const void *args)
{
    worker *it = *(worker *const *)args;
    *(worker **)tr_actor_state(self) = it;
    if (it->failing_starts != 0) {
        it->failing_starts--;
        note(it, '!');
        return TR_EINVALID;
    }
    note(it, '+');
    return 0;
}

static void worker_message(tr_actor *self, tr_message *message)
{
    if (TR_TYPE(message) == TR_MSG_probe) {
        tr_actor_fail(self, (int64_t)TR_BODY(message, probe)->number);
    } else if (TR_TYPE(message) == TR_MSG_shutdown) {
        note(worker_of(self), '?');
        if (!worker_of(self)->ignores_shutdown)
            tr_actor_stop(self);
    }
}

static void worker_stop(tr_actor *self)
{
    note(worker_of(self), '-');
}

static const tr_behaviour worker_behaviour = {.name = "worker",
                                              .state_size = sizeof(worker *),
                                              .on_start = worker_start,
                                              .on_message = worker_message,
                                              .on_stop = worker_stop};

static void watch_end(tr_actor *self, script *of, tr_message *message)
{
    (void)self;
    supervision *in = of->arg;
    if (TR_TYPE(message) != TR_MSG_down)
        return;
    in->reason = TR_BODY(message, down)->reason;
    tally_add(&in->ended, 1);
}

static void set_up(tr_core *core, void *arg)
{
    supervision *in = arg;
    ok(tr_supervisor_start(core, &in->spec, &in->supervisor));
    spawn(core, &in->watcher);
    ck_assert_int_gt(tr_monitor(tr_actor_find(core, in->watcher.address), in->supervisor), 0);
}

static void init_with(supervision *self, const tr_system_options *options)
{
    memset(self, 0, sizeof *self);
    self->system = system_up_with(options);
    self->ended = (tally)TALLY;
    self->watcher = (script){SCRIPT, .on_message = watch_end, .arg = self};
    for (int i = 0; i < SUPERVISION_WORKERS; i++) {
        static worker *at[SUPERVISION_WORKERS];
        at[i] = &self->workers[i];
        self->workers[i] = (worker){.in = self, .name = {(char)('a' + i), 0}};
        self->children[i] = (tr_child_spec){.name = self->workers[i].name,
                                            .behaviour = &worker_behaviour,
                                            .args = &at[i],
                                            .args_size = sizeof at[i]};
    }
    self->spec = (tr_supervisor_spec){
        .intensity = 100, .window_ms = 600000, .children = self->children, .child_count = 3};
}

void supervision_init(supervision *self, enum tr_transport transport)
{
    init_with(self, &(tr_system_options){.core_count = 1, .transport = transport});
}

void supervision_init_held(supervision *self)
{
    init_with(self, &(tr_system_options){.core_count = 1, .held_clock = true});
}

void supervision_start(supervision *self)
{
    on_core(self->system, 0, set_up, self);
}

typedef struct look {
    supervision *in;
    char log[SUPERVISION_LOG_SIZE];
} look;

static void read_log(tr_core *core, void *arg)
{
    (void)core;
    look *self = arg;
    memcpy(self->log, self->in->log, SUPERVISION_LOG_SIZE);
}

void supervision_clear_log(tr_core *core, void *arg)
{
    (void)core;
    memset(((supervision *)arg)->log, 0, SUPERVISION_LOG_SIZE);
}

void supervision_comes(supervision *self, const char *expected)
{
    static look now;
    now.in = self;
    uint64_t deadline = tr_clock_ms() + TEST_DEADLINE_MS;
    while (on_core(self->system, 0, read_log, &now),
           strlen(now.log) < strlen(expected) && tr_clock_ms() < deadline)
        look_again_soon();
    ck_assert_str_eq(now.log, expected);
    on_core(self->system, 0, supervision_clear_log, self);
}

static bool is_up(tr_core *core, void *arg)
{
    supervision *in = arg;
    return tr_actor_find(core, tr_supervisor_child(core, in->supervisor, in->name)) != NULL;
}

static void fail_child(tr_core *core, void *arg)
{
    supervision *in = arg;
    tr_address at = tr_supervisor_child(core, in->supervisor, in->name);
    ok(tr_send(core, TR_NOWHERE, at, probe, .number = in->number));
}

void supervision_child_fails(supervision *self, const char *name, int64_t reason)
{
    self->name = name;
    self->number = (uint64_t)reason;
    eventually_on(self->system, 0, is_up, self);
    on_core(self->system, 0, fail_child, self);
}

static void stop_supervisor(tr_core *core, void *arg)
{
    tr_supervisor_stop(core, ((supervision *)arg)->supervisor);
}

void supervision_ends(supervision *self, const char *expected)
{
    on_core(self->system, 0, stop_supervisor, self);
    tally_wait(&self->ended, 1);
    ck_assert_int_eq(self->reason, 0);
    supervision_comes(self, expected);
    nothing_is_left(self->system, 0);
    ck_assert_uint_eq(stats_of(self->system, 0).actors, 1);
    tr_system_stop(&self->system);
}

void supervision_remove_child(tr_core *core, void *arg)
{
    supervision *in = arg;
    in->result = tr_supervisor_remove(core, in->supervisor, in->name);
}
