// A worker fails on what it cannot do; its supervisor starts it anew, and the rest of the program
// goes on. The message that it failed on is lost with it: a dead letter.

#include <stdio.h>
#include <troupe/actors.h>

TR_MESSAGE(divide, 1000, (i64, by));

enum { DIVIDED_BY_ZERO = -1 };

static int start(tr_actor *self, const void *args)
{
    static int starts;
    (void)self, (void)args;
    printf("worker started, %d\n", ++starts);
    return 0;
}

static void work(tr_actor *self, tr_message *message)
{
    int64_t by = TR_BODY(message, divide)->by;
    if (by == 0) {
        tr_actor_fail(self, DIVIDED_BY_ZERO);
        return;
    }
    printf("100 / %d = %d\n", (int)by, 100 / (int)by);
    if (by == 5)
        tr_system_end(tr_core_system(tr_actor_core(self)), 0);
}

// Sends the work one by one, to whoever is the worker at that time.
static const int64_t divisors[] = {4, 0, 5};
static tr_address supervisor;

static int begin(tr_actor *self, const void *args)
{
    (void)args;
    return tr_after(self, 1, 0);
}

static void send_next(tr_actor *self, tr_message *message)
{
    tr_core *core = tr_actor_core(self);
    uint64_t next = TR_BODY(message, alarm)->tag;
    tr_address worker = tr_supervisor_child(core, supervisor, "worker");
    if (tr_send(core, tr_actor_address(self), worker, divide, .by = divisors[next]) == 0)
        next++;
    if (next < sizeof divisors / sizeof *divisors && tr_after(self, 1, next) < 0)
        tr_actor_fail(self, TR_EFULL);
}

static int set_up(tr_core *core, void *arg)
{
    (void)arg;
    static const tr_behaviour worker = {.name = "worker", .on_start = start, .on_message = work};
    static const tr_behaviour client = {
        .name = "client", .on_start = begin, .on_message = send_next};
    static const tr_child_spec children[] = {{.name = "worker", .behaviour = &worker}};
    static const tr_supervisor_spec spec = {.strategy = TR_ONE_FOR_ONE,
                                            .intensity = 3,
                                            .window_ms = 5000,
                                            .children = children,
                                            .child_count = 1};
    int result = tr_supervisor_start(core, &spec, &supervisor);
    return result < 0 ? result : tr_spawn(core, &client, NULL, 0, NULL);
}

int main(void)
{
    return tr_system_run(&(tr_system_options){.core_count = 1, .setup = set_up});
}
