#ifndef TROUPE_LANGUAGE_H
#define TROUPE_LANGUAGE_H

// Behind the macros of the other headers: what C11 and C++20 write in different ways.
//
// In C++ arguments are given by name, in the order in which their struct has them (the compiler
// names the first that is not), and what they point to is a temporary: good until the end of the
// full expression, which is the call.

#include <stddef.h>

#ifdef __cplusplus

#include <type_traits>

extern "C++" {
template <class T> using tr_type_of = T; // `struct x` alone makes no value

template <class T> constexpr const T &tr_given_of(const T &given)
{
    return given;
}

template <class T, size_t N> constexpr T *tr_list_of(T (&&list)[N])
{
    return list;
}

// What C makes of a `void *`: a pointer to whatever is asked for.
struct tr_pointer_of {
    void *pointer;
    template <class T> operator T *() const
    {
        return static_cast<T *>(pointer);
    }
    bool operator==(decltype(nullptr)) const
    {
        return pointer == nullptr;
    }
};
}

#define TR_GIVEN_(type, ...) tr_given_of(tr_type_of<type>{__VA_ARGS__})
#define TR_LIST_(type, ...) tr_list_of<type>({__VA_ARGS__})
#define TR_UNSET_(...)
#define TR_OR_(value) = value
#define TR_PAGE_(page_, ...) .page = (page_)__VA_OPT__(, ) __VA_ARGS__
#define TR_ASSERT_(...) static_assert(__VA_ARGS__)
// A list that lives as long as the program; of constants.
#define TR_STATIC_LIST_(type, ...)                                                                 \
    ([]() -> type * {                                                                              \
        static type list_of[] = {__VA_ARGS__};                                                     \
        return list_of;                                                                            \
    }())

// Not all arguments are given: the others have their defaults.
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wc99-extensions" // a message's body has no fixed size
#endif

#else

#define TR_GIVEN_(type, ...) ((const type){__VA_ARGS__})
#define TR_LIST_(type, ...) ((type[]){__VA_ARGS__})
#define TR_UNSET_(...) __VA_ARGS__ // what is written into every argument first
#define TR_OR_(value)              // the same, said by the member
#define TR_PAGE_(...) __VA_ARGS__
#define TR_ASSERT_(...) _Static_assert(__VA_ARGS__)
#define TR_STATIC_LIST_(type, ...) ((type[]){__VA_ARGS__})

#endif

#endif
