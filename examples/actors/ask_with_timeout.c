// An actor asks two others: one answers, one never does. Either way exactly one message comes back.

#include <stdio.h>
#include <troupe/actors.h>

TR_MESSAGE(question, 1000, (u32, number));
TR_MESSAGE(square, 1001, (u32, number));

static void answer(tr_actor *self, tr_message *message)
{
    uint32_t number = TR_BODY(message, question)->number;
    tr_reply(tr_actor_core(self), message, square, .number = number * number);
}

static void ignore(tr_actor *self, tr_message *message)
{
    (void)self, (void)message;
}

struct asker {
    int64_t to_helpful; // the result of tr_ask: the question's number
    int64_t to_silent;
    int outcomes;
};

static int ask(tr_actor *self, const void *args)
{
    const tr_address *others = args;
    struct asker *state = tr_actor_state(self);
    state->to_helpful = tr_ask(self, others[0], 1000, question, .number = 12);
    state->to_silent = tr_ask(self, others[1], 50, question, .number = 13);
    return state->to_helpful < 0 || state->to_silent < 0 ? TR_EFULL : 0;
}

static void hear(tr_actor *self, tr_message *message)
{
    struct asker *state = tr_actor_state(self);
    if ((message->flags & TR_FLAG_ANSWER) != 0)
        printf("question %s: %u\n",
               (int64_t)message->correlation == state->to_helpful ? "one" : "two",
               TR_BODY(message, square)->number);
    else if (TR_TYPE(message) == TR_MSG_ask_failed)
        printf("question %s: %s\n",
               TR_BODY(message, ask_failed)->reference == (uint64_t)state->to_silent ? "two"
                                                                                     : "one",
               tr_err_text((int)TR_BODY(message, ask_failed)->reason));
    if (++state->outcomes == 2)
        tr_system_end(tr_core_system(tr_actor_core(self)), 0);
}

static int set_up(tr_core *core, void *arg)
{
    (void)arg;
    static const tr_behaviour helpful = {.name = "helpful", .on_message = answer};
    static const tr_behaviour silent = {.name = "silent", .on_message = ignore};
    static const tr_behaviour asker = {
        .name = "asker", .state_size = sizeof(struct asker), .on_start = ask, .on_message = hear};
    tr_address others[2];
    int result = tr_spawn(core, &helpful, NULL, 0, &others[0]);
    if (result == 0)
        result = tr_spawn(core, &silent, NULL, 0, &others[1]);
    return result < 0 ? result : tr_spawn(core, &asker, others, 0, NULL);
}

int main(void)
{
    return tr_system_run(&(tr_system_options){.core_count = 1, .setup = set_up});
}
