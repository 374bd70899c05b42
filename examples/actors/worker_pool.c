// Long computations go to pool threads, as many at once as the pool has; the actor that started
// them goes on handling messages and puts the results together.

#include <stdio.h>
#include <string.h>
#include <troupe/actors.h>

enum { PARTS = 4, PART_SIZE = 50000 };

static bool is_prime(uint32_t n)
{
    for (uint32_t d = 2; d * d <= n; d++)
        if (n % d == 0)
            return false;
    return n >= 2;
}

static int64_t count_primes(tr_pool_thread *thread, const void *input, size_t size)
{
    uint32_t first;
    memcpy(&first, input, size);
    int64_t primes = 0;
    for (uint32_t n = first; n < first + PART_SIZE; n++) {
        if (tr_pool_look(thread) < 0)
            return TR_ECANCELLED;
        primes += is_prime(n);
    }
    return primes;
}

struct sum {
    int64_t primes;
    int parts;
};

static int start(tr_actor *self, const void *args)
{
    (void)args;
    for (uint32_t part = 0; part < PARTS; part++) {
        uint32_t first = part * PART_SIZE;
        int64_t reference = tr_pool_start(self, count_primes, &first, sizeof first, 20000);
        if (reference < 0)
            return (int)reference;
    }
    return 0;
}

static void collect(tr_actor *self, tr_message *message)
{
    struct sum *sum = tr_actor_state(self);
    if (TR_TYPE(message) != TR_MSG_pool_done)
        return;
    sum->primes += TR_BODY(message, pool_done)->status;
    if (++sum->parts < PARTS)
        return;
    printf("%d primes below %d\n", (int)sum->primes, PARTS * PART_SIZE);
    tr_system_end(tr_core_system(tr_actor_core(self)), 0);
}

static int set_up(tr_core *core, void *arg)
{
    (void)arg;
    static const tr_behaviour counter = {.name = "prime counter",
                                         .state_size = sizeof(struct sum),
                                         .on_start = start,
                                         .on_message = collect};
    return tr_spawn(core, &counter, NULL, 0, NULL);
}

int main(void)
{
    return tr_system_run(
        &(tr_system_options){.core_count = 1, .setup = set_up, .pool = {.threads_max = 2}});
}
