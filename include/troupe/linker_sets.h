#ifndef TROUPE_LINKER_SETS_H
#define TROUPE_LINKER_SETS_H

// How the library finds what macros declare: TR_MESSAGE, TR_ASYNC, TR_SYNC, TR_SOURCE, TR_COMPONENT,
// UI_FORM, UI_TABLE. The records of one kind lie one behind the other in a section (a linker set), with
// symbols of the linker's at both ends. The library may be another shared object, so that each program
// and each shared object tells it of its own: before main, or as dlopen loads it. The headers with such
// macros see to that; nobody else calls these functions.
//
// Thread: whoever loads the object; the loader lets one do so at a time. What has messages of its own
// is loaded before a system starts.

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

enum tr_linker_set {
    TR_SET_MESSAGES,   // tr_shape
    TR_SET_HANDLERS,   // tr_handler
    TR_SET_SOURCES,    // tr_source
    TR_SET_COMPONENTS, // tr_component
    TR_SET_FORMS,      // ui_form
    TR_SET_TABLES,     // ui_table
    TR_SET_COUNT
};

// Those of one program or shared object. Borrowed from tr_linker_sets_add to tr_linker_sets_remove.
typedef struct tr_linker_sets {
    struct tr_linker_sets *next; // the library's
    uint32_t count;              // of `sets`: an object of another version may have more, or fewer
    struct {
        const void *first;
        const void *end;
    } sets[TR_SET_COUNT];
} tr_linker_sets;

// Once more is fine.
void tr_linker_sets_add(tr_linker_sets *self);
void tr_linker_sets_remove(tr_linker_sets *self);

// Files of the library belong to the object that its user links.
#ifndef TR_INSIDE_
#define TR_SET_BOUNDS_(name)                                                                       \
    extern const char __start_##name[] __attribute__((weak, visibility("hidden")));                \
    extern const char __stop_##name[] __attribute__((weak, visibility("hidden")))
TR_SET_BOUNDS_(tr_shapes);
TR_SET_BOUNDS_(tr_handlers);
TR_SET_BOUNDS_(tr_sources);
TR_SET_BOUNDS_(tr_components);
TR_SET_BOUNDS_(tr_forms);
TR_SET_BOUNDS_(tr_tables);

// Every file has them; of an object's the linker keeps one.
extern tr_linker_sets tr_linker_sets_here_ __attribute__((weak, visibility("hidden")));
tr_linker_sets tr_linker_sets_here_ = {
    NULL,
    TR_SET_COUNT,
    {{__start_tr_shapes, __stop_tr_shapes},
     {__start_tr_handlers, __stop_tr_handlers},
     {__start_tr_sources, __stop_tr_sources},
     {__start_tr_components, __stop_tr_components},
     {__start_tr_forms, __stop_tr_forms},
     {__start_tr_tables, __stop_tr_tables}},
};

__attribute__((constructor)) static void tr_linker_sets_loaded_(void)
{
    tr_linker_sets_add(&tr_linker_sets_here_);
}

// A program is never unloaded: what it declares is there for threads that run as it exits.
#if defined(__PIC__) && !defined(__PIE__)
__attribute__((destructor)) static void tr_linker_sets_unloaded_(void)
{
    tr_linker_sets_remove(&tr_linker_sets_here_);
}
#endif
#endif

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
