// An app inside a server of somebody else's: its threads, its start and its end, and its requests' way to
// the gateways.

#include "host/embedded.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "actors/core/enter.h"
#include "base/clock.h"
#include "base/code_here.h"
#include "base/log.h"
#include "base/mem.h"
#include "gateway/exchange.h"

enum { STOP_MS = 15000 + 10000 }; // what tr_run gives a drain and a stop

static atomic_flag is_taken = ATOMIC_FLAG_INIT;

static void *run(void *arg)
{
    tr_embed *self = arg;
    tr_embed_here_set(self);
    tr_log_thread_name("app");
    int code = self->main != NULL ? self->main(self->argc, self->argv)
                                  : tr_run(self->argc, self->argv, self->app);
    tr_embed_here_set(NULL);
    tr_lock_take(&self->lock);
    self->exit_code = code;
    tr_lock_give(&self->lock);
    tr_embed_state_set(self, TR_EMBED_ENDED, NULL);
    return NULL;
}

// -- the server's side --

static void copy_arguments(tr_embed *self, const tr_embed_options *options)
{
    static const char *const none[] = {NULL};
    const char *const *arguments = options->arguments != NULL ? options->arguments : none;
    const char *name = options->name != NULL ? options->name : "app";
    int count = 0;
    while (arguments[count] != NULL)
        count++;
    self->argc = count + 1;
    self->argv = tr_calloc((size_t)count + 2, sizeof *self->argv);
    self->argv[0] = tr_copy_text(name, strlen(name));
    for (int i = 0; i < count; i++)
        self->argv[i + 1] = tr_copy_text(arguments[i], strlen(arguments[i]));
}

static void destroy(tr_embed *self)
{
    for (int i = 0; i < self->argc; i++)
        tr_free(self->argv[i]);
    tr_free(self->argv);
    pthread_cond_destroy(&self->changed);
    tr_lock_done(&self->lock);
    tr_free(self);
    atomic_flag_clear(&is_taken);
}

static int start_thread(tr_embed *self)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int result = pthread_create(&self->thread, NULL, run, self);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return result == 0 ? 0 : TR_ESYSTEM;
}

static tr_embed *make(const tr_embed_options *options)
{
    tr_embed *self = tr_new(tr_embed);
    self->process_id = getpid();
    self->app = options->app;
    self->main = options->main;
    tr_lock_init(&self->lock, "embed", TR_LOCK_EMBED);
    pthread_cond_init(&self->changed, NULL);
    copy_arguments(self, options);
    return self;
}

static int await_start(tr_embed *self)
{
    tr_lock_take(&self->lock);
    while (self->state == TR_EMBED_STARTING)
        (void)tr_lock_wait(&self->lock, &self->changed, 0);
    bool serves = self->state == TR_EMBED_SERVING;
    int code = self->exit_code;
    if (!serves && self->why[0] == '\0')
        snprintf(self->why, sizeof self->why,
                 "%s ended with exit code %d and served nothing (standard error says more)",
                 self->argv[0], code);
    tr_lock_give(&self->lock);
    if (serves)
        return 0;
    pthread_join(self->thread, NULL);
    return code == 2 ? TR_EINVALID : TR_EUNAVAILABLE;
}

int tr_embed_start(const tr_embed_options *options, tr_embed **out)
{
    TR_REQUIRE(options != NULL && out != NULL && (options->app == NULL) != (options->main == NULL));
    if (atomic_flag_test_and_set(&is_taken)) {
        if (options->why != NULL)
            snprintf(options->why, TR_EMBED_WHY_CAP_BYTES,
                     "an app runs already in this process: stop it before, or make the other one a "
                     "shared object of its own");
        return TR_EEXISTS;
    }
    tr_embed *self = make(options);
    int result = start_thread(self);
    if (result == 0)
        result = await_start(self);
    if (options->why != NULL)
        snprintf(options->why, TR_EMBED_WHY_CAP_BYTES, "%s", self->why);
    if (result < 0) {
        destroy(self);
        return result;
    }
    *out = self;
    return 0;
}

// A child of a fork has none of the app's threads.
static bool is_here(const tr_embed *self)
{
    return self->process_id == getpid();
}

static void name_code(const tr_code_here *code, void *arg)
{
    char place[128];
    const char *handler = tr_code_name(code);
    (void)arg;
    if (handler != NULL)
        tr_log(TR_LOG_WARN, "event=stop_late handler=%s%s thread=%s", handler,
               tr_code_place(code, place, sizeof place), code->thread);
}

int tr_embed_stop(tr_embed **self)
{
    tr_embed *embed = self != NULL ? *self : NULL;
    if (embed == NULL)
        return 0;
    if (!is_here(embed))
        return TR_EGONE;
    uint64_t until_ms = tr_clock_ms() + STOP_MS;
    tr_lock_take(&embed->lock);
    embed->is_stop_wanted = true;
    pthread_cond_broadcast(&embed->changed);
    while (embed->state != TR_EMBED_ENDED && tr_lock_wait(&embed->lock, &embed->changed, until_ms))
        ;
    bool is_over = embed->state == TR_EMBED_ENDED;
    tr_lock_give(&embed->lock);
    if (!is_over) {
        tr_code_each(name_code, NULL);
        return TR_ETIMEOUT;
    }
    pthread_join(embed->thread, NULL);
    destroy(embed);
    *self = NULL;
    return 0;
}

static int hand_over(tr_embed *self, const tr_arrival *arrival)
{
    if (!is_here(self))
        return TR_EGONE;
    tr_lock_take(&self->lock);
    int result = self->process != NULL ? tr_process_take(self->process, arrival) : TR_EGONE;
    tr_lock_give(&self->lock);
    return result;
}

static bool read_client(const char *client, char out[TR_CLIENT_IP_CAP_BYTES])
{
    if (client == NULL)
        return true; // as a peer on a unix socket
    if (strcmp(client, TR_EMBED_CLIENT_UNKNOWN) != 0)
        return tr_forwarded_address(tr_slice_of(client), out);
    memcpy(out, TR_EMBED_CLIENT_UNKNOWN, sizeof TR_EMBED_CLIENT_UNKNOWN);
    return true;
}

int tr_embed_open(tr_embed *self, const tr_embed_request *request, tr_exchange **out)
{
    tr_arrival arrival = {0};
    tr_exchange *exchange = NULL;
    TR_REQUIRE(self != NULL && request != NULL && out != NULL);
    TR_REQUIRE(request->headers != NULL || request->header_count == 0);
    if (!read_client(request->client, arrival.ip))
        return TR_EINVALID;
    int result = tr_exchange_begin(request, &exchange, &arrival.socket);
    if (result == 0)
        result = hand_over(self, &arrival);
    if (result < 0 && exchange != NULL)
        close(arrival.socket);
    if (result < 0)
        tr_exchange_free(&exchange);
    else
        *out = exchange;
    return result;
}
