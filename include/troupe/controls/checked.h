#ifndef TROUPE_CHECKED_H
#define TROUPE_CHECKED_H

// Behind the macros of the other headers: a call in which a wrong type, a misspelt name or a format
// that does not fit its arguments is an error, with whatever options the program is compiled. It is
// so inside of such calls alone; the rest of the file is the author's.

#include "troupe/language.h"

#ifdef __cplusplus

// C++ is that strict by itself.
#define TR_CHECKED_(...) (__VA_ARGS__)
#define TR_CHECKED_FROM_HERE_
#define TR_CHECKED_TO_HERE_ static_assert(true)
#define TR_ONLY_(type, words, ...) (__VA_ARGS__)
#define TR_WITHOUT_(given, wrong, words, ...) (__VA_ARGS__)
#define TR_FORMATTED_(...) (__VA_ARGS__)

#else

// Clang 18 and later count arithmetic of a number and an enum's constant among -Wenum-conversion.
#if defined(__clang__)
#define TR_CHECKED_OVERRIDES_ _Pragma("clang diagnostic ignored \"-Winitializer-overrides\"")
#define TR_CHECKED_ENUMS_                                                                          \
    _Pragma("clang diagnostic error \"-Wenum-conversion\"")                                        \
        _Pragma("clang diagnostic ignored \"-Wenum-float-conversion\"")
#else
#define TR_CHECKED_OVERRIDES_ _Pragma("GCC diagnostic ignored \"-Woverride-init\"")
#define TR_CHECKED_ENUMS_ _Pragma("GCC diagnostic error \"-Wenum-conversion\"")
#endif

// A statement expression, since compilers take pragmas between statements only.
#define TR_CHECKED_(...)                                                                           \
    __extension__({                                                                                \
        _Pragma("GCC diagnostic push") TR_CHECKED_OVERRIDES_ _Pragma(                              \
            "GCC diagnostic error \"-Wimplicit-function-declaration\"")                            \
            _Pragma("GCC diagnostic error \"-Wint-conversion\"")                                   \
                _Pragma("GCC diagnostic error \"-Wincompatible-pointer-types\"")                   \
                    TR_CHECKED_ENUMS_ __VA_ARGS__;                                                 \
        _Pragma("GCC diagnostic pop")                                                              \
    })

// The same for declarations: those between the two. The author's semicolon ends the second.
#define TR_CHECKED_FROM_HERE_                                                                      \
    _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic error \"-Wint-conversion\"")            \
        _Pragma("GCC diagnostic error \"-Wincompatible-pointer-types\"")
#define TR_CHECKED_TO_HERE_ _Pragma("GCC diagnostic pop") _Static_assert(1, "")

// A member that is given where no pragma can stand, as in a list at the top of a file: a pointer of that type, or
// NULL. `words` say what it should have been. A constant where the value is one.
#define TR_ONLY_(type, words, ...)                                                                 \
    __builtin_choose_expr(sizeof(struct {                                                          \
                              _Static_assert(TR_IS_A_(type, (__VA_ARGS__)), words);                \
                              int unused;                                                          \
                          }) != 0 &&                                                               \
                              TR_IS_A_(type, (__VA_ARGS__)),                                       \
                          (__VA_ARGS__), (void *)0)
#define TR_IS_A_(type, value) _Generic(value, type : 1, void * : 1, default : 0)

// A constructor whose arguments (`given`, as they are written) name one that belongs to another control. All make a
// ui_control *, which no type tells apart. clang does not search texts for constants: there the log says it.
#if defined(__clang__)
#define TR_WITHOUT_(given, wrong, words, ...) (__VA_ARGS__)
#else
#define TR_WITHOUT_(given, wrong, words, ...)                                                      \
    __extension__({                                                                                \
        TR_ASSERT_(__builtin_strstr(given, wrong "(") == (void *)0, words);                        \
        __VA_ARGS__;                                                                               \
    })
#endif

// The same for a call that takes a format as printf does: the format has to be a literal, since a
// text from elsewhere is data ("%s").
#define TR_FORMATTED_(...)                                                                         \
    __extension__({                                                                                \
        _Pragma("GCC diagnostic push")                                                             \
            _Pragma("GCC diagnostic error \"-Wimplicit-function-declaration\"")                    \
                _Pragma("GCC diagnostic error \"-Wint-conversion\"")                               \
                    _Pragma("GCC diagnostic error \"-Wincompatible-pointer-types\"")               \
                        _Pragma("GCC diagnostic error \"-Wformat\"")                               \
                            _Pragma("GCC diagnostic error \"-Wformat-security\"")                  \
                                _Pragma("GCC diagnostic error \"-Wformat-nonliteral\"")            \
                                    __VA_ARGS__;                                                   \
        _Pragma("GCC diagnostic pop")                                                              \
    })

#endif // C

#endif
