#include "actors/system/descriptors.h"

#include <sys/resource.h>
#include <zmq.h>

#include "base/log.h"
#include "troupe/err.h"
#include "wire/limits.h"

enum {
    OF_PROCESS = 20, // its standard streams, ZeroMQ's threads, an end, who may connect
    OF_CORE = 4,     // its loop and what wakes it
    INBOXES = 7, // from inside, from outside, carried; with both ends of what watches the second,
                 // and of what leads to trunks and from them
    ENDS_OF_THREAD = 2 // of the pair between a pool thread and its core thread
};

static unsigned threads_of(const tr_pool_options *pool)
{
    return pool->threads_max != 0 ? pool->threads_max : TR_POOL_THREADS;
}

static unsigned inside(unsigned core_count, unsigned pool_threads)
{
    return core_count * (INBOXES + core_count + ENDS_OF_THREAD * pool_threads);
}

unsigned tr_descriptors_needed(unsigned core_count, const tr_pool_options *pool)
{
    return OF_PROCESS + core_count * OF_CORE + inside(core_count, threads_of(pool));
}

// ZeroMQ keeps one number of them for itself.
static unsigned sockets_cap(void)
{
    void *context = zmq_ctx_new();
    int cap = context != NULL ? zmq_ctx_get(context, ZMQ_SOCKET_LIMIT) : 0;
    if (context != NULL)
        zmq_ctx_term(context);
    return cap > 0 ? (unsigned)cap : 0;
}

static unsigned sockets_inside(unsigned core_count, const tr_pool_options *pool)
{
    return inside(core_count, threads_of(pool) + TR_POOL_STUCK_CAP + TR_POOL_BACKGROUND_CAP);
}

unsigned tr_descriptors_sockets(unsigned core_count, const tr_pool_options *pool)
{
    // Twice: those of core threads, and those of the thread that speaks for them.
    unsigned links = 2 * core_count * TR_LINKS_CAP;
    unsigned wanted = sockets_inside(core_count, pool) + links + TR_PEERS_CAP;
    unsigned cap = sockets_cap();
    return wanted < cap ? wanted : cap;
}

int tr_descriptors_reserve(unsigned core_count, const tr_pool_options *pool)
{
    unsigned sockets = sockets_inside(core_count, pool);
    if (sockets >= sockets_cap()) {
        tr_log(TR_LOG_ERROR,
               "event=too_many_sockets needed=%u limit=%u text=\"fewer core threads, or fewer "
               "threads in each pool\"",
               sockets, sockets_cap());
        return TR_ESYSTEM;
    }
    struct rlimit limit;
    unsigned needed = tr_descriptors_needed(core_count, pool);
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= needed)
        return 0;
    limit.rlim_cur = limit.rlim_max < needed ? limit.rlim_max : needed;
    if (limit.rlim_cur >= needed && setrlimit(RLIMIT_NOFILE, &limit) == 0)
        return 0;
    tr_log(TR_LOG_ERROR,
           "event=too_few_descriptors needed=%u limit=%llu text=\"raise the limit on open files "
           "(ulimit -Hn, LimitNOFILE= of systemd), or have fewer threads in each pool\"",
           needed, (unsigned long long)limit.rlim_max);
    return TR_ESYSTEM;
}
