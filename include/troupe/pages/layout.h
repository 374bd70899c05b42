#ifndef TROUPE_LAYOUT_H
#define TROUPE_LAYOUT_H

// The layout of a struct whose bytes outlive the program that wrote them (a session's state, a
// component's): a line below the struct that names its members in order.
//
//     struct item { unsigned id; bool is_done; char text[80]; };
//     TR_LAYOUT(struct item, id, is_done, text);
//
//     struct todo { struct item items[50]; unsigned count; };
//     TR_LAYOUT(struct todo, (items, struct item), count);
//
// TR_STATE and TR_COMPONENT ask for it: without the line they do not compile (`tr_layout_of_todo`
// undeclared), and the line does not where a member was added, removed, renamed or moved and it was
// not. A hash of names, types, places and sizes is saved with the bytes, so another build of the
// program whose struct is another one, even of the same size, never takes one for the other.
//
// A member that is a struct, or an array of arrays, is written with its type: (items, struct item)
// has a TR_LAYOUT itself; (log, char), of a `char log[9][80]`, is of one of the types below. At most 32 members. Not to be
// listed, and refused by the compiler: bit fields, and pointers, which mean nothing in another
// process (`const char *` is let through for a component's `key`).
//
// Not seen: another meaning of the same members (raise the version for that), and a new member that
// is not named and fits into a gap that the compiler left between two others.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "troupe/language.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef struct tr_layout {
    const char *name;           // of the member; NULL ends the list
    uint32_t offset, size;      // bytes
    char kind;                  // of a number: which type; 's': as `of` says
    const struct tr_layout *of; // of what it is made; NULL: of numbers of that kind
} tr_layout;

#define TR_LAYOUT(type, ...) TR_LAYOUT_AS_(TR_TAG_(type), type, __VA_ARGS__)

// The list that TR_LAYOUT made.
#define TR_LAYOUT_OF(type) TR_LAYOUT_NAME_(TR_TAG_(type))

// The kinds of member that can fill a struct's place.
extern const tr_layout tr_layout_of_char[], tr_layout_of_int[], tr_layout_of_unsigned[],
    tr_layout_of_long[], tr_layout_of_float[], tr_layout_of_double[], tr_layout_of__Bool[],
    tr_layout_of_int8_t[], tr_layout_of_int16_t[], tr_layout_of_int32_t[], tr_layout_of_int64_t[],
    tr_layout_of_uint8_t[], tr_layout_of_uint16_t[], tr_layout_of_uint32_t[],
    tr_layout_of_uint64_t[], tr_layout_of_size_t[];

// -- how TR_LAYOUT does it --
//
// A second struct of the listed members must be like the first one.

#define TR_LAYOUT_AS_(...) TR_LAYOUT_MAKE_(__VA_ARGS__)
#define TR_LAYOUT_MAKE_(tag, type, ...)                                                            \
    struct tr_listed_##tag {                                                                       \
        TR_MEMBERS_(TR_LISTED_, tag, type, __VA_ARGS__)                                            \
    };                                                                                             \
    TR_ASSERT_(sizeof(struct tr_listed_##tag) == sizeof(type),                                     \
               "TR_LAYOUT names every member, in order: docs/howto/state.md");                     \
    TR_MEMBERS_(TR_CHECK_, tag, type, __VA_ARGS__)                                                 \
    static const tr_layout tr_layout_of_##tag[] __attribute__((unused)) = {                        \
        TR_MEMBERS_(TR_ROW_, tag, type, __VA_ARGS__){NULL, 0, 0, 0, NULL}}

#define TR_AT_(type, name) (((type *)0)->name)
#define TR_LISTED_(tag, type, name, of) TR_TYPE_(TR_AT_(type, name)) name;
#define TR_CHECK_(tag, type, name, of)                                                             \
    TR_ASSERT_(offsetof(struct tr_listed_##tag, name) == offsetof(type, name),                     \
               "TR_LAYOUT names every member, in order: docs/howto/state.md");                     \
    TR_ASSERT_(!TR_POINTS_(TR_AT_(type, name)),                                                    \
               "a pointer means nothing in another process; TR_STATE_SAVED: docs/howto/state.md"); \
    TR_ASSERT_(TR_NESTED_(TR_AT_(type, name)) != 'c' || !TR_SAME_(of, tr_itself),                  \
               "write (" #name                                                                     \
               ", char), as it is an array of arrays of char: docs/howto/state.md");               \
    TR_ASSERT_(TR_NESTED_(TR_AT_(type, name)) == 0 || TR_NESTED_(TR_AT_(type, name)) == 'c' ||     \
                   !TR_SAME_(of, tr_itself),                                                       \
               "write (" #name ", TYPE), TYPE being what its arrays are of: docs/howto/state.md"); \
    TR_ASSERT_(TR_KIND_OF_(TR_AT_(type, name)) != 's' || TR_NESTED_(TR_AT_(type, name)) != 0 ||    \
                   !TR_SAME_(of, tr_itself),                                                       \
               "write (" #name ", struct of_that): docs/howto/state.md");                          \
    TR_ASSERT_(sizeof TR_AT_(type, name) % sizeof(of) == 0,                                        \
               "the member is not made of that: docs/howto/state.md");
#define TR_ROW_(tag, type, name, of)                                                               \
    {#name, offsetof(type, name), sizeof TR_AT_(type, name), TR_KIND_OF_(TR_AT_(type, name)),      \
     TR_LAYOUT_OF(of)},

typedef struct tr_itself {
    char unused;
} tr_itself; // a member's type, written without it

// Of a number, and of an array of them.
#ifdef __cplusplus
extern "C++" {
// The letter of the list below that is at the type's place.
template <class T, class... Types>
constexpr char tr_letter_of(const char *letters, T *, void (*)(Types...))
{
    char letter = 's';
    (void)((std::is_same_v<T, Types> ? (letter = *letters, true) : (letters++, false)) || ...);
    return letter;
}

template <class Member> constexpr char tr_kind_of();

// Of an array of arrays: the kind of what it is of in the end. Of anything else 0.
template <class Member> constexpr char tr_nested_of()
{
    using Type = std::remove_reference_t<Member>;
    if constexpr (std::is_array_v<std::remove_extent_t<Type>>)
        return tr_kind_of<std::remove_all_extents_t<Type>>();
    else
        return 0;
}

template <class Member> constexpr char tr_kind_of()
{
    using Item = std::remove_extent_t<std::remove_reference_t<Member>>;
    if constexpr (std::is_enum_v<Item>)
        return tr_kind_of<std::underlying_type_t<Item>>();
    else if constexpr (std::is_same_v<Item, const char *>)
        return 'p';
    else
        return tr_letter_of(
            "bcahnoijlmxyfde", static_cast<Item *>(nullptr),
            static_cast<void (*)(bool, char, signed char, unsigned char, short, unsigned short, int,
                                 unsigned, long, unsigned long, long long, unsigned long long,
                                 float, double, long double)>(nullptr));
}
}
#define TR_TYPE_(lvalue) std::remove_reference_t<decltype(lvalue)>
#define TR_SAME_(one, other) std::is_same_v<one, other>
#define TR_KIND_OF_(member) tr_kind_of<decltype(member)>()
#define TR_POINTS_(member)                                                                         \
    (std::is_pointer_v<std::remove_all_extents_t<TR_TYPE_(member)>> &&                             \
     !std::is_same_v<TR_TYPE_(member), const char *>)
#define TR_NESTED_(member) tr_nested_of<decltype(member)>()
#else
#define TR_TYPE_(lvalue) __typeof__(lvalue)
#define TR_SAME_(one, other) __builtin_types_compatible_p(one, other)
#define TR_KIND_OF_(member)                                                                        \
    _Generic((member), _Bool: 'b', _Bool *: 'b', char: 'c', char *: 'c', signed char: 'a',         \
             signed char *: 'a', unsigned char: 'h', unsigned char *: 'h', short: 'n',       \
             short *: 'n', unsigned short: 'o', unsigned short *: 'o', int: 'i', int *: 'i', \
             unsigned: 'j', unsigned *: 'j', long: 'l', long *: 'l', unsigned long: 'm',           \
             unsigned long *: 'm', long long: 'x', long long *: 'x', unsigned long long: 'y',      \
             unsigned long long *: 'y', float: 'f', float *: 'f', double: 'd', double *: 'd',      \
             long double: 'e', long double *: 'e', const char *: 'p', default: 's')
#define TR_POINTS_(member)                                                                         \
    (TR_POINTS_TO_(member) || TR_POINTS_TO_(TR_FIRST_OF_(member)) ||                               \
     _Generic(&TR_FIRST_OF_(member), const char ** : 1, default : 0))
#define TR_POINTS_TO_(value)                                                                       \
    _Generic(&(value), char ** : 1, void ** : 1, const void ** : 1, int ** : 1, unsigned ** : 1,   \
             unsigned char ** : 1, default : 0)
// Of an array of arrays: the kind of those, 's' where they are arrays of arrays again. Of anything else 0.
#define TR_NESTED_(member)                                                                         \
    (TR_IS_ARRAY_(TR_FIRST_OF_(member)) ? TR_KIND_OF_(TR_FIRST_OF_(member)) : 0)
#define TR_IS_ARRAY_(value)                                                                        \
    !__builtin_types_compatible_p(__typeof__(value), __typeof__(((void)0, (value))))
#define TR_FIRST_OF_(value)                                                                        \
    (*__builtin_choose_expr(TR_IS_ARRAY_(value), (value), (struct tr_itself *)0))
#endif

#define tr_layout_of_tr_itself NULL

#define TR_TAG_(type) TR_SECOND_(TR_TAG_##type, type, 0)
#define TR_TAG_struct 0,
#define TR_TAG_union 0,
#define TR_SECOND_(...) TR_SECOND_OF_(__VA_ARGS__)
#define TR_SECOND_OF_(first, second, ...) second
#define TR_LAYOUT_NAME_(tag) TR_LAYOUT_JOIN_(tag)
#define TR_LAYOUT_JOIN_(tag) tr_layout_of_##tag

// A member in parentheses has two parts.
#define TR_MEMBER_(macro, tag, type, member)                                                       \
    TR_MEMBER_AS_(TR_SECOND_(TR_IN_PARENTHESES_ member, TR_ALONE_, 0), macro, tag, type, member)
#define TR_IN_PARENTHESES_(...) 0, TR_WHOLE_
#define TR_MEMBER_AS_(form, macro, tag, type, member)                                              \
    TR_MEMBER_CALL_(macro, tag, type, form(member))
#define TR_ALONE_(member) member, tr_itself
#define TR_WHOLE_(member) TR_WHOLE_OF_ member
#define TR_WHOLE_OF_(name, ...) name, __VA_ARGS__
#define TR_MEMBER_CALL_(macro, ...) macro(__VA_ARGS__)

#define TR_MEMBERS_(macro, tag, type, ...)                                                         \
    TR_MEMBERS_PICK_(__VA_ARGS__, TR_M32_, TR_M31_, TR_M30_, TR_M29_, TR_M28_, TR_M27_, TR_M26_,   \
                     TR_M25_, TR_M24_, TR_M23_, TR_M22_, TR_M21_, TR_M20_, TR_M19_, TR_M18_,       \
                     TR_M17_, TR_M16_, TR_M15_, TR_M14_, TR_M13_, TR_M12_, TR_M11_, TR_M10_,       \
                     TR_M9_, TR_M8_, TR_M7_, TR_M6_, TR_M5_, TR_M4_, TR_M3_, TR_M2_, TR_M1_, none) \
    (macro, tag, type, __VA_ARGS__)
#define TR_MEMBERS_PICK_(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16,    \
                         m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30,     \
                         m31, m32, name, ...)                                                      \
    name
#define TR_M1_(m, g, t, a) TR_MEMBER_(m, g, t, a)
#define TR_M2_(m, g, t, a, ...) TR_MEMBER_(m, g, t, a) TR_M1_(m, g, t, __VA_ARGS__)
#define TR_M3_(m, g, t, a, ...) TR_MEMBER_(m, g, t, a) TR_M2_(m, g, t, __VA_ARGS__)
#define TR_M4_(m, g, t, a, ...) TR_MEMBER_(m, g, t, a) TR_M3_(m, g, t, __VA_ARGS__)
#define TR_M5_(m, g, t, a, ...) TR_MEMBER_(m, g, t, a) TR_M4_(m, g, t, __VA_ARGS__)
#define TR_M6_(m, g, t, a, ...) TR_MEMBER_(m, g, t, a) TR_M5_(m, g, t, __VA_ARGS__)
#define TR_M7_(m, g, t, a, ...) TR_MEMBER_(m, g, t, a) TR_M6_(m, g, t, __VA_ARGS__)
#define TR_M8_(m, g, t, a, ...) TR_MEMBER_(m, g, t, a) TR_M7_(m, g, t, __VA_ARGS__)
#define TR_M9_(m, g, t, a, ...) TR_MEMBER_(m, g, t, a) TR_M8_(m, g, t, __VA_ARGS__)
#define TR_M10_(m, g, t, a, ...) TR_MEMBER_(m, g, t, a) TR_M9_(m, g, t, __VA_ARGS__)
#define TR_M11_(m, g, t, a, ...) TR_MEMBER_(m, g, t, a) TR_M10_(m, g, t, __VA_ARGS__)
#define TR_M12_(m, g, t, a, ...) TR_MEMBER_(m, g, t, a) TR_M11_(m, g, t, __VA_ARGS__)
#define TR_M13_(m, g, t, a, ...) TR_MEMBER_(m, g, t, a) TR_M12_(m, g, t, __VA_ARGS__)
#define TR_M14_(m, g, t, a, ...) TR_MEMBER_(m, g, t, a) TR_M13_(m, g, t, __VA_ARGS__)
#define TR_M15_(m, g, t, a, ...) TR_MEMBER_(m, g, t, a) TR_M14_(m, g, t, __VA_ARGS__)
#define TR_M16_(m, g, t, a, ...) TR_MEMBER_(m, g, t, a) TR_M15_(m, g, t, __VA_ARGS__)
#define TR_M17_(m, g, t, a, ...) TR_MEMBER_(m, g, t, a) TR_M16_(m, g, t, __VA_ARGS__)
#define TR_M18_(m, g, t, a, ...) TR_MEMBER_(m, g, t, a) TR_M17_(m, g, t, __VA_ARGS__)
#define TR_M19_(m, g, t, a, ...) TR_MEMBER_(m, g, t, a) TR_M18_(m, g, t, __VA_ARGS__)
#define TR_M20_(m, g, t, a, ...) TR_MEMBER_(m, g, t, a) TR_M19_(m, g, t, __VA_ARGS__)
#define TR_M21_(m, g, t, a, ...) TR_MEMBER_(m, g, t, a) TR_M20_(m, g, t, __VA_ARGS__)
#define TR_M22_(m, g, t, a, ...) TR_MEMBER_(m, g, t, a) TR_M21_(m, g, t, __VA_ARGS__)
#define TR_M23_(m, g, t, a, ...) TR_MEMBER_(m, g, t, a) TR_M22_(m, g, t, __VA_ARGS__)
#define TR_M24_(m, g, t, a, ...) TR_MEMBER_(m, g, t, a) TR_M23_(m, g, t, __VA_ARGS__)
#define TR_M25_(m, g, t, a, ...) TR_MEMBER_(m, g, t, a) TR_M24_(m, g, t, __VA_ARGS__)
#define TR_M26_(m, g, t, a, ...) TR_MEMBER_(m, g, t, a) TR_M25_(m, g, t, __VA_ARGS__)
#define TR_M27_(m, g, t, a, ...) TR_MEMBER_(m, g, t, a) TR_M26_(m, g, t, __VA_ARGS__)
#define TR_M28_(m, g, t, a, ...) TR_MEMBER_(m, g, t, a) TR_M27_(m, g, t, __VA_ARGS__)
#define TR_M29_(m, g, t, a, ...) TR_MEMBER_(m, g, t, a) TR_M28_(m, g, t, __VA_ARGS__)
#define TR_M30_(m, g, t, a, ...) TR_MEMBER_(m, g, t, a) TR_M29_(m, g, t, __VA_ARGS__)
#define TR_M31_(m, g, t, a, ...) TR_MEMBER_(m, g, t, a) TR_M30_(m, g, t, __VA_ARGS__)
#define TR_M32_(m, g, t, a, ...) TR_MEMBER_(m, g, t, a) TR_M31_(m, g, t, __VA_ARGS__)

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
