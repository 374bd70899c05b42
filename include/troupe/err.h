#ifndef TROUPE_ERR_H
#define TROUPE_ERR_H

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

// Error codes of every Troupe function that returns an int: 0 or a count on success, one of these
// (always negative) on failure. One list yields the numbers, the names and the texts.
//
// Thread: any.

#define TR_ERRORS(X)                                                                               \
    X(TR_EFULL, -1, "queue full: try again later")                                                 \
    X(TR_ETIMEOUT, -2, "deadline passed")                                                          \
    X(TR_EGONE, -3, "the receiver is gone")                                                        \
    X(TR_ENOTFOUND, -4, "not found")                                                               \
    X(TR_EINVALID, -5, "invalid argument")                                                         \
    X(TR_EMALFORMED, -6, "malformed message")                                                      \
    X(TR_ETOOBIG, -7, "over a limit")                                                              \
    X(TR_ECANCELLED, -8, "cancelled")                                                              \
    X(TR_EEXISTS, -9, "exists already")                                                            \
    X(TR_ESYSTEM, -10, "operating system error")                                                   \
    X(TR_EUNAVAILABLE, -11, "not available now")                                                   \
    X(TR_EPROTOCOL, -12, "protocol violation")                                                     \
    X(TR_EWRONGTYPE, -13, "wrong type")                                                            \
    X(TR_EWRONGTHREAD, -14, "called outside a handler of this page")                               \
    X(TR_EREFUSED, -15, "refused by the browser")                                                  \
    X(TR_EFENCED, -16, "somebody else has it by now")

#define TR_ERROR_ENUM(name, number, text) name = (number),
enum tr_error { TR_ERRORS(TR_ERROR_ENUM) };
#undef TR_ERROR_ENUM

// The code's name ("TR_EFULL") or "TR_EUNKNOWN". Static text.
const char *tr_err_name(int code);

// The code's sentence, for people. Static text.
const char *tr_err_text(int code);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
