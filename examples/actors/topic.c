// A publication on a topic reaches every subscriber, in this thread or in another process; the
// publisher does not know them.

#include <stdio.h>
#include <troupe/actors.h>

TR_MESSAGE(price, 1000, (text, share), (u32, cents));

static int subscribe(tr_actor *self, const void *args)
{
    (void)args;
    return tr_topic_subscribe(self, "prices");
}

static void show(tr_actor *self, tr_message *message)
{
    tr_msg_price price;
    if (TR_TYPE(message) != TR_MSG_topic_message ||
        tr_topic_read(message, TR_MSG_price, &price) < 0)
        return;
    printf("%.*s: %u\n", (int)price.share.size, price.share.data, price.cents);
    if (price.cents == 0) // the market closed
        tr_actor_stop(self);
}

struct ledger {
    unsigned prices;
};

static void count(tr_actor *self, tr_message *message)
{
    struct ledger *ledger = tr_actor_state(self);
    ledger->prices += TR_TYPE(message) == TR_MSG_topic_message;
    if (ledger->prices < 3)
        return;
    printf("%u prices in the ledger\n", ledger->prices);
    tr_system_end(tr_core_system(tr_actor_core(self)), 0);
}

static int set_up(tr_core *core, void *arg)
{
    (void)arg;
    static const tr_behaviour board = {.name = "board", .on_start = subscribe, .on_message = show};
    static const tr_behaviour ledger = {.name = "ledger",
                                        .state_size = sizeof(struct ledger),
                                        .on_start = subscribe,
                                        .on_message = count};
    int result = tr_spawn(core, &board, NULL, 0, NULL);
    if (result == 0)
        result = tr_spawn(core, &ledger, NULL, 0, NULL);
    static const uint32_t cents[] = {995, 1010, 0};
    for (int i = 0; result == 0 && i < 3; i++)
        result = tr_topic_send(TR_NOWHERE, "prices", TR_TO_ALL, price, .share = TR_SLICE("ACME"),
                               .cents = cents[i]);
    return result;
}

int main(void)
{
    return tr_system_run(&(tr_system_options){.core_count = 1, .setup = set_up});
}
