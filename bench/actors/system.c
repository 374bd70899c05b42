// The yardsticks that the system itself has: ucontext and threads for coroutines and actors, a bare
// libev for timers.

#include <ev.h>
#include <pthread.h>
#include <ucontext.h>

#include "yardstick.h"

enum { STACK_BYTES = 64 * 1024, TIMERS = 100000, THREADS_CAP = 4000 };

// -- ucontext --

static ucontext_t here;
static ucontext_t there;
static unsigned char stack[STACK_BYTES];

static void come_and_go(void)
{
    for (;;)
        swapcontext(&there, &here);
}

static void prepare(void (*function)(void))
{
    ensure(getcontext(&there) == 0);
    there.uc_stack.ss_sp = stack;
    there.uc_stack.ss_size = sizeof stack;
    there.uc_link = &here;
    makecontext(&there, function, 0);
}

static double coroutine_switch(uint64_t count)
{
    prepare(come_and_go);
    double began = now_ns();
    for (uint64_t i = 0; i < count; i += 2)
        ensure(swapcontext(&here, &there) == 0);
    return (now_ns() - began) / (double)count;
}

static void end_at_once(void)
{
}

static double coroutine_create(uint64_t count)
{
    double began = now_ns();
    for (uint64_t i = 0; i < count; i++) {
        prepare(end_at_once);
        ensure(swapcontext(&here, &there) == 0);
    }
    return (now_ns() - began) / (double)count;
}

// -- threads --

static void *return_at_once(void *arg)
{
    return arg;
}

static double spawn_stop(uint64_t count)
{
    double began = now_ns();
    for (uint64_t i = 0; i < count; i++) {
        pthread_t thread;
        ensure(pthread_create(&thread, NULL, return_at_once, NULL) == 0);
        ensure(pthread_join(thread, NULL) == 0);
    }
    return (now_ns() - began) / (double)count;
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static uint64_t waiting;
static int may_end;

static void *wait_long(void *arg)
{
    char text[256];
    snprintf(text, sizeof text, "%s %.3f", "waits", 1.0 / 3.0);
    pthread_mutex_lock(&lock);
    waiting += text[0] == 'w';
    pthread_cond_broadcast(&changed);
    while (!may_end)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
    return arg;
}

// The kernel's own memory for a thread is not in it.
static double thread_bytes(uint64_t count)
{
    static pthread_t threads[THREADS_CAP];
    ensure(count <= THREADS_CAP);
    double before = resident_bytes();
    for (uint64_t i = 0; i < count; i++)
        ensure(pthread_create(&threads[i], NULL, wait_long, NULL) == 0);
    pthread_mutex_lock(&lock);
    while (waiting != count)
        pthread_cond_wait(&changed, &lock);
    double bytes = resident_bytes() - before;
    may_end = 1;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    for (uint64_t i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    return bytes / (double)count;
}

// -- libev --

static void never(struct ev_loop *loop, ev_timer *watcher, int events)
{
    (void)loop;
    (void)watcher;
    (void)events;
    ensure(!"a cancelled timer fired");
}

static double timer_churn(uint64_t count)
{
    struct ev_loop *loop = ev_loop_new(EVFLAG_AUTO);
    ev_timer *timers = calloc(TIMERS, sizeof *timers);
    ensure(loop != NULL && timers != NULL);
    count = (count + TIMERS - 1) / TIMERS * TIMERS;
    double began = now_ns();
    for (uint64_t done = 0; done < count; done += TIMERS) {
        for (unsigned i = 0; i < TIMERS; i++) {
            ev_timer_init(&timers[i], never, 10 + (i * 7919u % 60000) / 1000.0, 0);
            ev_timer_start(loop, &timers[i]);
        }
        for (unsigned i = 0; i < TIMERS; i++)
            ev_timer_stop(loop, &timers[i]);
    }
    double each = (now_ns() - began) / (double)count;
    ev_loop_destroy(loop);
    free(timers);
    return each;
}

int main(int argc, char **argv)
{
    static const yardstick_case cases[] = {{"coroutine-switch", coroutine_switch, 0},
                                           {"coroutine-create", coroutine_create, 0},
                                           {"spawn-stop", spawn_stop, 0},
                                           {"idle-actor-bytes", thread_bytes, 0},
                                           {"coroutine-bytes", thread_bytes, 0},
                                           {"timer-churn", timer_churn, 0},
                                           {NULL, NULL, 0}};
    return yardstick_main(argc, argv, cases);
}
