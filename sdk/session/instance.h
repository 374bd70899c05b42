#ifndef TR_SDK_SESSION_INSTANCE_H
#define TR_SDK_SESSION_INSTANCE_H

// The components on a page: one instance each, found by the id of its control
// (TR_CONTROL_COMPONENT), whose `data` says what it is an instance of and what it was given: [name,
// bytes, layout].
//
// A handler in flight holds its instance, so that its state stays where it is though the instance
// is gone.
//
// Thread: the session's. Owns: the states.

#include "base/buf.h"
#include "sdk/session/session_record.h"
#include "troupe/pages/component.h"

typedef struct tr_instance {
    const tr_component *component;
    struct tr_instance *next_touched;
    uint32_t id;     // of its control
    uint32_t around; // of the component around it; 0: none
    uint32_t references;
    bool is_mounted; // false: removed
    bool is_ending;  // its will_unmount runs: the state is there once more
    bool is_touched; // on the list of those to build again
    bool is_building;
    bool is_given_anew; // before_update has yet to see it
    void *state;
    void *given;
} tr_instance;

// Zeroed memory has none.
struct tr_instances {
    tr_map by_id;
    tr_instance *touched;
    tr_instance **touched_end;
};

// The program's components by name; NULL: there is none.
const tr_component *tr_component_find(tr_slice name);

// 0, or TR_EEXISTS when two of them have the same name (logged).
int tr_components_check(void);

// Of a component's control; false for one that says nothing that makes sense.
bool tr_instance_read(const tr_node *node, const tr_component **out, tr_slice *out_given);

// NULL: not there (any more).
tr_instance *tr_instance_find(const tr_session *session, uint32_t id);

// The instance that the control lies in, or NULL.
tr_instance *tr_instance_around(const tr_session *session, uint32_t control);

// Makes one, whose state is what was given; the table holds it. NULL: too many.
tr_instance *tr_instance_new(tr_session *session, uint32_t id, const tr_component *component,
                             tr_slice given);

// Takes it out of the table; it is gone for everybody but who holds it.
void tr_instance_remove(tr_session *session, tr_instance *self);

tr_instance *tr_instance_ref(tr_instance *self); // NULL is fine
void tr_instance_unref(tr_instance *self);       // NULL is fine

// It is to be built again, if it does so by itself.
void tr_instance_touch(tr_session *session, tr_instance *self, bool always);

// Next of those to build, no longer one of them; NULL: none.
tr_instance *tr_instance_take_touched(tr_session *session);

// Forgets all; nothing runs.
void tr_instances_free(tr_session *session);

// -- for what saves a session --

// Every instance: [[id of its control, name, version, state], …].
void tr_instances_save(const tr_session *session, tr_buf *out);

// The way back, when the tree was loaded (tr_tree_load): every component in the tree gets its
// instance. One without a state of its version and size there starts anew. Call
// tr_components_restore afterwards, as soon as the session runs. TR_EMALFORMED: what was read up to
// there counts.
int tr_instances_load(tr_session *session, tr_slice bytes);

#endif
