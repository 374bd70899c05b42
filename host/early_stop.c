#include "host/early_stop.h"

#include <pthread.h>
#include <stddef.h>

void tr_early_stop_allow(bool is_embedded, sigset_t *out_before)
{
    sigset_t stops;
    sigemptyset(&stops);
    sigaddset(&stops, SIGINT);
    sigaddset(&stops, SIGTERM);
    pthread_sigmask(SIG_UNBLOCK, is_embedded ? NULL : &stops, out_before);
}

void tr_early_stop_forbid(const sigset_t *before)
{
    pthread_sigmask(SIG_SETMASK, before, NULL);
}
