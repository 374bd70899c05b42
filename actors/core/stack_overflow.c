#include "actors/core/stack_overflow.h"

#include <errno.h>
#include <execinfo.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "actors/core/core_record.h"
#include "actors/core/coroutine.h"
#include "base/code_here.h"
#include "base/log.h"
#include "base/must.h"

enum {
    SIGNAL_STACK_BYTES = 64 * 1024,
    FRAMES_CAP = 48,
    // Frames are probed page by page, so a stack that runs over does so near its pointer.
    OVERFLOW_DISTANCE_BYTES = 64 * 1024
};

typedef struct own_stack {
    uintptr_t low; // lowest usable byte; the guard is below
    size_t guard_bytes;
    void *signal_stack; // NULL: somebody else's
    tr_slice handler;
} own_stack;

// Touched before any signal comes: then its handler finds them without the dynamic linker.
static _Thread_local own_stack here;

static pthread_once_t once = PTHREAD_ONCE_INIT;

static const struct fatal {
    int number;
    const char *name;
} fatals[] = {{SIGSEGV, "SIGSEGV"},
              {SIGBUS, "SIGBUS"},
              {SIGFPE, "SIGFPE"},
              {SIGILL, "SIGILL"},
              {SIGABRT, "SIGABRT"}};
enum { FATALS = sizeof fatals / sizeof *fatals };
static struct sigaction earlier[FATALS];

static void say_overflow(tr_slice handler, tr_slice stack)
{
    tr_slice parts[] = {TR_SLICE("event=stack_overflow handler="), handler, TR_SLICE(" stack="),
                        stack};
    tr_log_in_signal(TR_LOG_ERROR, parts, sizeof parts / sizeof *parts);
}

static tr_coroutine *running_coroutine(void)
{
    return tr_core_here != NULL && tr_core_here->coroutines != NULL
               ? tr_core_here->coroutines->running
               : NULL;
}

static uintptr_t stack_pointer(const void *context)
{
    const ucontext_t *at = context;
#if defined(__x86_64__)
    return (uintptr_t)at->uc_mcontext.gregs[REG_RSP];
#elif defined(__aarch64__)
    return (uintptr_t)at->uc_mcontext.sp;
#else
    return 0;
#endif
}

// A wild pointer may lead into a guard, too: then the stack pointer is elsewhere.
static bool is_near(uintptr_t at, const void *context)
{
    uintptr_t pointer = stack_pointer(context);
    uintptr_t distance = pointer > at ? pointer - at : at - pointer;
    return pointer == 0 || distance < OVERFLOW_DISTANCE_BYTES;
}

static bool say_if_overflow(const void *address, const void *context)
{
    const tr_coroutine *running = running_coroutine();
    uintptr_t at = (uintptr_t)address;
    if (!is_near(at, context))
        return false;
    if (running != NULL && tr_stack_is_guard(running->stack, address)) {
        say_overflow(tr_slice_of(running->name), TR_SLICE("coroutine"));
        return true;
    }
    if (running != NULL || at >= here.low || at < here.low - here.guard_bytes)
        return false;
    say_overflow(here.handler.size != 0 ? here.handler : TR_SLICE("none"), TR_SLICE("thread"));
    return true;
}

// Digits of a number, the last ones of the storage.
static tr_slice digits_of(uintptr_t value, unsigned base, char *storage, size_t size)
{
    size_t at = size;
    do {
        storage[--at] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0 && at != 0);
    return (tr_slice){storage + at, (uint32_t)(size - at)};
}

static tr_slice name_of_code(void)
{
    const tr_coroutine *running = running_coroutine();
    if (tr_code_runs.handler != NULL)
        return tr_slice_of(tr_code_runs.handler);
    if (running != NULL && running->name != NULL)
        return tr_slice_of(running->name);
    return here.handler.size != 0 ? here.handler : TR_SLICE("none");
}

static tr_slice file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return tr_slice_of(slash != NULL ? slash + 1 : path);
}

// Where each of these functions lies in its program; `addr2line -e` makes lines of that.
static void say_frames(void)
{
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    void *frames[FRAMES_CAP];
    int count = backtrace(frames, FRAMES_CAP);
    int fd = tr_log_open();
    if (fd >= 0)
        backtrace_symbols_fd(frames, count, fd);
    tr_log_close(fd);
#endif
}

static void say_crash(const struct fatal *what, const siginfo_t *info)
{
    char line[24];
    char address[24];
    bool has_place = tr_code_runs.file != NULL;
    bool has_address = what->number == SIGSEGV || what->number == SIGBUS;
    tr_slice parts[] = {
        TR_SLICE("event=crash signal="),
        tr_slice_of(what->name),
        TR_SLICE(" handler="),
        name_of_code(),
        has_place ? TR_SLICE(" at=") : TR_SLICE(""),
        has_place ? file_name(tr_code_runs.file) : TR_SLICE(""),
        has_place ? TR_SLICE(":") : TR_SLICE(""),
        has_place ? digits_of(tr_code_runs.line, 10, line, sizeof line) : TR_SLICE(""),
        has_address ? TR_SLICE(" address=0x") : TR_SLICE(""),
        has_address ? digits_of((uintptr_t)info->si_addr, 16, address, sizeof address)
                    : TR_SLICE(""),
        tr_code_runs.doing != NULL ? TR_SLICE(" reads=") : TR_SLICE(""),
        tr_code_runs.doing != NULL ? tr_slice_of(tr_code_runs.doing) : TR_SLICE("")};
    tr_log_in_signal(TR_LOG_ERROR, parts, sizeof parts / sizeof *parts);
    say_frames();
}

// The handler that was installed before gets the signal; without one, the process ends as it would
// have.
static void pass_on(const struct sigaction *to, int signal, siginfo_t *info, void *context)
{
    bool is_fault = info->si_code > 0; // and not sent by somebody
    if ((to->sa_flags & SA_SIGINFO) != 0) {
        to->sa_sigaction(signal, info, context);
    } else if (to->sa_handler != SIG_DFL && to->sa_handler != SIG_IGN) {
        to->sa_handler(signal);
    } else if (is_fault || to->sa_handler == SIG_DFL) {
        // Back at the faulting instruction, the kernel ends the process, with a core where it
        // should.
        struct sigaction by_default = {.sa_handler = SIG_DFL};
        sigaction(signal, &by_default, NULL);
        if (!is_fault)
            raise(signal); // comes when we return
    }
}

static void on_fault(int signal, siginfo_t *info, void *context)
{
    int before = errno;
    unsigned i = 0;
    while (fatals[i].number != signal)
        i++;
    bool is_own = info->si_code > 0 || signal == SIGABRT; // and not sent by somebody
    bool is_overflow =
        signal == SIGSEGV && info->si_code > 0 && say_if_overflow(info->si_addr, context);
    if (is_own && !is_overflow)
        say_crash(&fatals[i], info);
    errno = before;
    pass_on(&earlier[i], signal, info, context);
}

static void install(void)
{
    void *frame[1];
    (void)backtrace(frame, 1); // loads what it needs, which must not happen in a signal handler
    struct sigaction ours = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigemptyset(&ours.sa_mask);
    for (unsigned i = 0; i < FATALS; i++) {
        tr_must(sigaction(fatals[i].number, NULL, &earlier[i]) == 0);
        tr_must(sigaction(fatals[i].number, &ours, NULL) == 0);
    }
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
    for (unsigned i = 0; i < FATALS; i++)
        sigaddset(&fault, fatals[i].number);
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
