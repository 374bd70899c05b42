#ifndef TR_ACTORS_CORE_SANITIZER_H
#define TR_ACTORS_CORE_SANITIZER_H

// What sanitizers are told of: stacks that the runtime switches itself, and hand-overs that they cannot see.
//
// AddressSanitizer is found when the program runs, so that an app that is built with it is told the truth by a
// library that is not. ThreadSanitizer needs the library built with it (gcc and clang say so in different ways).

#include <stdbool.h>
#include <stddef.h>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TR_TSAN 1
#endif
#endif
#ifdef __SANITIZE_THREAD__
#define TR_TSAN 1
#endif

void __sanitizer_start_switch_fiber(void **save, const void *bottom, size_t size)
    __attribute__((weak));
void __sanitizer_finish_switch_fiber(void *saved, const void **bottom, size_t *size)
    __attribute__((weak));
void __asan_unpoison_memory_region(const volatile void *start, size_t size) __attribute__((weak));

static inline bool tr_asan_is_here(void)
{
    return __asan_unpoison_memory_region != NULL;
}

// libzmq is not built for ThreadSanitizer, which therefore cannot see that a message handed over
// happens before it is read. These two lines tell it so; other builds have nothing here.
#ifdef TR_TSAN
void *__tsan_get_current_fiber(void);
void *__tsan_create_fiber(unsigned flags);
void __tsan_destroy_fiber(void *fiber);
void __tsan_switch_to_fiber(void *fiber, unsigned flags);
void __tsan_acquire(void *address);
void __tsan_release(void *address);
extern char tr_bus_fence;
#define TR_BUS_RELEASE() __tsan_release(&tr_bus_fence)
#define TR_BUS_ACQUIRE() __tsan_acquire(&tr_bus_fence)
// A function that never returns, or not on the fiber that it was called on, is not to be on the stack
// that ThreadSanitizer keeps of the fiber's calls: the next one there would find it.
#define TR_TSAN_NO_STACK __attribute__((no_sanitize("thread")))
#else
#define TR_BUS_RELEASE() ((void)0)
#define TR_BUS_ACQUIRE() ((void)0)
#define TR_TSAN_NO_STACK
#endif

#endif
