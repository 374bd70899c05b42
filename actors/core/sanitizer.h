#ifndef TR_ACTORS_CORE_SANITIZER_H
#define TR_ACTORS_CORE_SANITIZER_H

// Which sanitizer this is built for (gcc and clang say it in different ways), and what the runtime
// tells it: of stacks that it switches itself, and of hand-overs that it cannot see.

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TR_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define TR_TSAN 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define TR_ASAN 1
#endif
#ifdef __SANITIZE_THREAD__
#define TR_TSAN 1
#endif

#include <stddef.h>

#ifdef TR_ASAN
void __sanitizer_start_switch_fiber(void **save, const void *bottom, size_t size);
void __sanitizer_finish_switch_fiber(void *saved, const void **bottom, size_t *size);
void __asan_unpoison_memory_region(const void *start, size_t size);
#endif

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
#else
#define TR_BUS_RELEASE() ((void)0)
#define TR_BUS_ACQUIRE() ((void)0)
#endif

#endif
