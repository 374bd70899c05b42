#include "actors/core/stack_overflow.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "actors/core/core_record.h"
#include "actors/core/coroutine.h"
#include "base/log.h"
#include "base/must.h"

enum { SIGNAL_STACK_BYTES = 64 * 1024 };

typedef struct own_stack {
    uintptr_t low; // lowest usable byte; the guard is below
    size_t guard_bytes;
    void *signal_stack; // NULL: somebody else's
    tr_slice handler;
} own_stack;

// Touched before any signal comes: then its handler finds them without the dynamic linker.
static _Thread_local own_stack here;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct sigaction earlier;

static void say(tr_slice handler, tr_slice stack)
{
    tr_slice parts[] = {TR_SLICE("event=stack_overflow handler="), handler, TR_SLICE(" stack="),
                        stack};
    tr_log_in_signal(TR_LOG_ERROR, parts, sizeof parts / sizeof *parts);
}

static void say_if_overflow(const void *address)
{
    tr_coroutine *running = tr_core_here != NULL && tr_core_here->coroutines != NULL
                                ? tr_core_here->coroutines->running
                                : NULL;
    uintptr_t at = (uintptr_t)address;
    if (running != NULL && tr_stack_is_guard(running->stack, address))
        say(tr_slice_of(running->name), TR_SLICE("coroutine"));
    else if (at < here.low && at >= here.low - here.guard_bytes)
        say(here.handler.size != 0 ? here.handler : TR_SLICE("none"), TR_SLICE("thread"));
}

static void on_fault(int signal, siginfo_t *info, void *context)
{
    int before = errno;
    bool is_fault = info->si_code > 0; // and not sent by somebody
    if (is_fault)
        say_if_overflow(info->si_addr);
    errno = before;
    if ((earlier.sa_flags & SA_SIGINFO) != 0) {
        earlier.sa_sigaction(signal, info, context);
    } else if (earlier.sa_handler != SIG_DFL && earlier.sa_handler != SIG_IGN) {
        earlier.sa_handler(signal);
    } else if (is_fault || earlier.sa_handler == SIG_DFL) {
        // Back at the faulting instruction, the kernel ends the process, with a core where it
        // should.
        struct sigaction by_default = {.sa_handler = SIG_DFL};
        sigaction(signal, &by_default, NULL);
        if (!is_fault)
            raise(signal); // comes when we return
    }
}

static void install(void)
{
    struct sigaction ours = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigemptyset(&ours.sa_mask);
    tr_must(sigaction(SIGSEGV, NULL, &earlier) == 0);
    tr_must(sigaction(SIGSEGV, &ours, NULL) == 0);
}

static void take_signal_stack(void)
{
    stack_t now;
    tr_must(sigaltstack(NULL, &now) == 0);
    if ((now.ss_flags & SS_DISABLE) == 0)
        return; // a sanitizer's, or the app's
    void *memory = mmap(NULL, SIGNAL_STACK_BYTES, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    tr_must(memory != MAP_FAILED);
    here.signal_stack = memory;
    tr_must(sigaltstack(&(stack_t){.ss_sp = memory, .ss_size = SIGNAL_STACK_BYTES}, NULL) == 0);
}

void tr_overflow_thread_start(void)
{
    pthread_attr_t attributes;
    void *low;
    size_t size;
    tr_must(pthread_getattr_np(pthread_self(), &attributes) == 0);
    tr_must(pthread_attr_getstack(&attributes, &low, &size) == 0);
    tr_must(pthread_attr_getguardsize(&attributes, &size) == 0);
    pthread_attr_destroy(&attributes);
    here = (own_stack){.low = (uintptr_t)low, .guard_bytes = size};
    take_signal_stack();
    pthread_once(&once, install);
    // Core threads block every signal, and the kernel does not call a handler for a blocked fault.
    sigset_t fault;
    sigemptyset(&fault);
    sigaddset(&fault, SIGSEGV);
    pthread_sigmask(SIG_UNBLOCK, &fault, NULL);
}

void tr_overflow_thread_end(void)
{
    void *memory = here.signal_stack;
    here = (own_stack){0};
    if (memory == NULL)
        return;
    sigaltstack(&(stack_t){.ss_flags = SS_DISABLE}, NULL);
    munmap(memory, SIGNAL_STACK_BYTES);
}

void tr_overflow_name(tr_slice handler)
{
    here.handler = handler;
}
