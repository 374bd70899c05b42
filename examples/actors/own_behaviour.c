// A behaviour of one's own: what all state machines have in common is written once, as a behaviour
// whose callbacks are another table; each machine is only that table.

#include <stdio.h>
#include <troupe/actors.h>

TR_MESSAGE(happened, 1000, (text, event));

// -- the behaviour, for any machine --

struct machine;
typedef const struct machine_state *(*machine_step)(struct machine *self, tr_slice event);
struct machine_state {
    const char *name;
    machine_step step; // the next state
};
struct machine {
    const char *name;
    const struct machine_state *state;
};

static int machine_start(tr_actor *self, const void *args)
{
    *(struct machine *)tr_actor_state(self) = *(const struct machine *)args;
    return 0;
}

static void machine_message(tr_actor *self, tr_message *message)
{
    struct machine *machine = tr_actor_state(self);
    const struct machine_state *next =
        machine->state->step(machine, TR_BODY(message, happened)->event);
    if (next != machine->state)
        printf("%s: %s -> %s\n", machine->name, machine->state->name, next->name);
    machine->state = next;
}

static const tr_behaviour machine = {.name = "machine",
                                     .state_size = sizeof(struct machine),
                                     .on_start = machine_start,
                                     .on_message = machine_message};

// -- a machine --

static const struct machine_state closed;
static const struct machine_state opened;

static const struct machine_state *while_closed(struct machine *self, tr_slice event)
{
    (void)self;
    return tr_slice_is(event, "open") ? &opened : &closed;
}

static const struct machine_state *while_opened(struct machine *self, tr_slice event)
{
    (void)self;
    return tr_slice_is(event, "close") ? &closed : &opened;
}

static const struct machine_state closed = {"closed", while_closed};
static const struct machine_state opened = {"open", while_opened};

// Ends the program behind the machine's last event.
static void end(tr_actor *self, tr_message *message)
{
    (void)message;
    tr_system_end(tr_core_system(tr_actor_core(self)), 0);
}

static int set_up(tr_core *core, void *arg)
{
    (void)arg;
    static const tr_behaviour ending = {.name = "end", .on_message = end};
    static const char *const events[] = {"open", "open", "close"};
    tr_address door;
    tr_address last;
    int result = tr_spawn(core, &machine, &(struct machine){"door", &closed}, 0, &door);
    for (int i = 0; result == 0 && i < 3; i++)
        result = tr_send(core, TR_NOWHERE, door, happened, .event = tr_slice_of(events[i]));
    if (result == 0)
        result = tr_spawn(core, &ending, NULL, 0, &last);
    return result < 0 ? result
                      : tr_send(core, TR_NOWHERE, last, happened, .event = TR_SLICE("end"));
}

int main(void)
{
    return tr_system_run(&(tr_system_options){.core_count = 1, .setup = set_up});
}
