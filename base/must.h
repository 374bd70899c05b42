#ifndef TR_BASE_MUST_H
#define TR_BASE_MUST_H

// Checks that stay on in production. A failed tr_must is a bug of Troupe, never of a peer, a
// browser or an app: the process says where and aborts, so that its supervisor starts a clean one.
// The lowest header: it may depend on nothing of ours.
//
// Thread: any.

#define tr_must(condition)                                                                         \
    ((condition) ? (void)0 : tr_must_failed(#condition, __FILE__, __LINE__, __func__))

// For a place that cannot be reached.
#define tr_never(why) tr_must_failed(why, __FILE__, __LINE__, __func__)

_Noreturn void tr_must_failed(const char *what, const char *file, int line, const char *function);

#endif
