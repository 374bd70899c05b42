// Two actors send a ball to and fro; the first one ends the program.

#include <stdio.h>
#include <troupe/actors.h>

TR_MESSAGE(ball, 1000, (u32, round));

static void pong(tr_actor *self, tr_message *message)
{
    tr_send(tr_actor_core(self), tr_actor_address(self), message->from, ball,
            .round = TR_BODY(message, ball)->round + 1);
}

static void ping(tr_actor *self, tr_message *message)
{
    tr_core *core = tr_actor_core(self);
    uint32_t round = TR_BODY(message, ball)->round;
    printf("ping %u\n", round);
    if (round < 3)
        tr_send(core, tr_actor_address(self), message->from, ball, .round = round);
    else
        tr_system_end(tr_core_system(core), 0);
}

static int set_up(tr_core *core, void *arg)
{
    (void)arg;
    static const tr_behaviour pinging = {.name = "ping", .on_message = ping};
    static const tr_behaviour ponging = {.name = "pong", .on_message = pong};
    tr_address first;
    tr_address second;
    int result = tr_spawn(core, &pinging, NULL, 0, &first);
    if (result == 0)
        result = tr_spawn(core, &ponging, NULL, 0, &second);
    return result < 0 ? result : tr_send(core, first, second, ball, .round = 0);
}

int main(void)
{
    return tr_system_run(&(tr_system_options){.core_count = 1, .setup = set_up});
}
