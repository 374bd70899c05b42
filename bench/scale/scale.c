// What a cluster of a thousand workers costs its broker, its network and its store, by simulation
// (bench/placement.h): make bench-scale.
//
//     bench_scale [--seed N] [--nodes N] [--cores N] [--sessions N] [--connected N] [--whole-lists]
//
// A line of JSON for each of: a cold start, a minute in which nothing happens, a zone (a tenth) whose power goes
// and comes back, a rolling deploy of a twenty-fifth, one node that is paused for 3 s every 10 s.

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/placement.h"

static placement_options options = {
    .seed = 1, .nodes = 1000, .cores = 16, .sessions = 10000000, .connected = 1000000};

static double cpu_s(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void say_ms(const char *name, uint64_t ms)
{
    if (ms == UINT64_MAX)
        printf("\"%s\":null,", name);
    else
        printf("\"%s\":%" PRIu64 ",", name, ms);
}

static void say(const char *what, placement *world, uint64_t began_ms, uint64_t owned_ms,
                uint64_t settled_ms)
{
    static double told_s;
    placement_figures is = placement_take_figures(world);
    printf("{\"name\":\"scale/%s/%s\",\"nodes\":%u,\"cores\":%u,\"simulated_ms\":%" PRIu64 ",",
           what, options.has_whole_lists ? "whole" : "changes", options.nodes, options.cores,
           placement_now_ms(world) - began_ms);
    say_ms("owned_ms", owned_ms);
    say_ms("settled_ms", settled_ms);
    printf("\"hellos\":%" PRIu64 ",\"hello_bytes\":%" PRIu64 ",\"lists\":%" PRIu64
           ",\"list_bytes\":%" PRIu64 ",\"worst_list_bytes\":%" PRIu64
           ",\"worst_queue_bytes\":%" PRIu64 ",",
           is.hellos, is.hello_bytes, is.lists, is.list_bytes, is.worst_list_bytes,
           is.worst_queue_bytes);
    printf("\"claims\":%" PRIu64 ",\"moves\":%" PRIu64 ",\"needed\":%" PRIu64
           ",\"moved_sessions\":%" PRIu64 ",\"moved_bytes\":%" PRIu64 ",\"store_takes\":%" PRIu64
           ",\"store_reads\":%" PRIu64 ",\"worst_store_queue\":%" PRIu64 ",\"cpu_s\":%.2f}\n",
           is.claims, is.moves, is.needed, is.moved_sessions, is.moved_bytes, is.store_takes,
           is.store_reads, is.worst_store_queue, cpu_s() - told_s);
    fflush(stdout);
    told_s = cpu_s();
}

static void zone(placement *world)
{
    uint64_t began_ms = placement_now_ms(world);
    for (uint32_t i = 0; i < options.nodes / 10; i++)
        placement_kill(world, i);
    uint64_t owned_ms = placement_own_all(world, 60000);
    placement_run(world, 3000); // the browsers have come back
    say("zone_dies", world, began_ms, owned_ms, owned_ms);
    began_ms = placement_now_ms(world);
    for (uint32_t i = 0; i < options.nodes / 10; i++)
        placement_start(world, i);
    placement_run(world, 1000); // they are in the list
    uint64_t settled_ms = placement_settle(world, 60000);
    say("zone_is_back", world, began_ms, 0,
        settled_ms == UINT64_MAX ? settled_ms : settled_ms + 1000);
}

// Four at a time; the next when those have left and their successors have what is due to them.
static void deploy(placement *world)
{
    enum { AT_ONCE = 4 };
    uint64_t began_ms = placement_now_ms(world);
    for (uint32_t i = 0; i + AT_ONCE <= options.nodes / 25; i += AT_ONCE) {
        for (uint32_t k = 0; k < AT_ONCE; k++)
            placement_stop(world, i + k);
        bool are_gone = false;
        for (unsigned tries = 0; tries < 3000 && !are_gone; tries++) {
            placement_run(world, 10);
            are_gone = true;
            for (uint32_t k = 0; k < AT_ONCE; k++)
                are_gone &= !placement_is_up(world, i + k);
        }
        for (uint32_t k = 0; k < AT_ONCE; k++)
            placement_start(world, i + k);
        placement_run(world, 1000);
    }
    uint64_t settled_ms = placement_settle(world, 60000);
    say("deploy", world, began_ms, 0, settled_ms);
}

static void say_spread(const placement *world)
{
    uint32_t most = 0;
    uint32_t without = 0;
    uint32_t owning_cores = 0;
    for (uint32_t i = 0; i < options.nodes; i++) {
        uint32_t cores;
        uint32_t shards = placement_shards_of(world, i, &cores);
        most = shards > most ? shards : most;
        without += shards == 0;
        owning_cores += cores;
    }
    printf("{\"name\":\"scale/spread\",\"shards\":%u,\"most_of_a_node\":%u,\"nodes_without\":%u,"
           "\"cores_without\":%u}\n",
           placement_shards(), most, without, options.nodes * options.cores - owning_cores);
}

static uint32_t one_with_shards(const placement *world)
{
    uint32_t cores;
    uint32_t at = options.nodes / 2;
    while (at + 1 < options.nodes && placement_shards_of(world, at, &cores) == 0)
        at++;
    return at;
}

static void flap(placement *world)
{
    uint64_t began_ms = placement_now_ms(world);
    uint32_t at = one_with_shards(world);
    for (unsigned i = 0; i < 6; i++) {
        placement_pause(world, at, 3000);
        placement_run(world, 10000);
    }
    say("flapping_node", world, began_ms, 0, placement_settle(world, 60000));
}

static bool take(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--whole-lists") == 0) {
            options.has_whole_lists = true;
            continue;
        }
        uint64_t value = i + 1 < argc ? strtoull(argv[i + 1], NULL, 10) : 0;
        if (strcmp(argv[i], "--seed") == 0)
            options.seed = value;
        else if (strcmp(argv[i], "--nodes") == 0)
            options.nodes = (uint32_t)value;
        else if (strcmp(argv[i], "--cores") == 0)
            options.cores = (uint32_t)value;
        else if (strcmp(argv[i], "--sessions") == 0)
            options.sessions = value;
        else if (strcmp(argv[i], "--connected") == 0)
            options.connected = value;
        else
            return false;
        i++;
    }
    return options.nodes >= 10 && options.nodes <= 1000 && options.cores >= 1 &&
           options.cores <= 64;
}

int main(int argc, char **argv)
{
    if (!take(argc, argv)) {
        fprintf(stderr, "bench_scale [--seed N] [--nodes 10..1000] [--cores 1..64] [--sessions N] "
                        "[--connected N] [--whole-lists]\n");
        return 2;
    }
    placement *world = placement_new(&options);
    uint64_t owned_ms = placement_own_all(world, 60000);
    say("cold_start", world, 0, owned_ms, placement_settle(world, 60000));
    placement_run(world, 5000);
    (void)placement_take_figures(world);
    uint64_t began_ms = placement_now_ms(world);
    placement_run(world, 60000);
    say("a_quiet_minute", world, began_ms, 0, 0);
    say_spread(world);
    zone(world);
    deploy(world);
    flap(world);
    placement_free(world);
    return 0;
}
