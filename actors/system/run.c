// A program of actors from start to end.

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "actors/core/enter.h"
#include "actors/core/system_record.h"
#include "actors/system/stop_guard.h"
#include "actors/system/watchdog.h"
#include "base/log.h"
#include "base/must.h"
#include "troupe/actors/system.h"
#include "troupe/err.h"
#include "wire/limits.h"

enum { EXIT_START = 1 };

void tr_system_end(tr_system *self, int exit_code)
{
    TR_REQUIRE_OR(self != NULL, );
    int expected = TR_EXIT_CODE_UNSET;
    if (!atomic_compare_exchange_strong(&self->exit_code, &expected, exit_code))
        return;
    int result = eventfd_write(self->end_fd, 1);
    tr_must(result == 0);
}

// Until tr_system_end was called, or the process was asked to stop.
static int wait_for_end(tr_system *system, const sigset_t *signals)
{
    int signal_fd = signalfd(-1, signals, SFD_CLOEXEC | SFD_NONBLOCK);
    tr_must(signal_fd >= 0);
    struct pollfd ways[] = {{.fd = system->end_fd, .events = POLLIN},
                            {.fd = signal_fd, .events = POLLIN}};
    tr_watchdog watchdog = {0};
    while (poll(ways, 2, TR_WATCHDOG_LOOK_MS) <= 0)
        (void)tr_watchdog_look(&watchdog, system);
    tr_watchdog_tell_all(&watchdog, system);
    // Taken, so that it does not end the process once it is let through again.
    struct signalfd_siginfo taken;
    ssize_t ignored = read(signal_fd, &taken, sizeof taken);
    (void)ignored;
    close(signal_fd);
    int code = atomic_load(&system->exit_code);
    return code == TR_EXIT_CODE_UNSET ? 0 : code;
}

// For draining, and then for handlers and jobs to return.
static uint64_t grace_of(const tr_system_options *options)
{
    return (options->drain_ms != 0 ? options->drain_ms : TR_DRAIN_MS) +
           (options->stop_deadline_ms != 0 ? options->stop_deadline_ms : TR_STOP_DEADLINE_MS);
}

int tr_system_run(const tr_system_options *options)
{
    sigset_t signals;
    sigset_t before;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, &before);
    tr_system *system = NULL;
    int result = tr_system_start(options, &system);
    int code = EXIT_START;
    if (result < 0)
        tr_log(TR_LOG_ERROR, "event=start_failed error=\"%s\"", tr_err_text(result));
    else
        code = wait_for_end(system, &signals);
    // A second signal does not wait for the stop.
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    tr_stop_guard *guard = system != NULL ? tr_stop_guard_new(grace_of(options), code) : NULL;
    tr_system_stop(&system);
    tr_stop_guard_free(&guard);
    return code;
}
