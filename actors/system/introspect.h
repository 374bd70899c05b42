#ifndef TR_ACTORS_SYSTEM_INTROSPECT_H
#define TR_ACTORS_SYSTEM_INTROSPECT_H

// The running system, for people: a core thread answers the message `inspect`, asked from anywhere
// on the bus, with `inspected`: a page of one section, msgpack rows. It only reads. A page has at
// most TR_INSPECT_ROWS rows and looks at a bounded number of things, so that a core thread with a
// million actors does other work between two pages; what comes and goes between them may be
// missing.
//
// A question about actors turns the measuring of their time on, until TR_INSPECT_ACCOUNTING_MS after the last
// question.
//
// Rows, by section (newer versions add fields at the end of a row):
//   node          one: [node, core, cores, name, age_ms, is_broker, [endpoint of each core],
//                       {counter: value}]
//   actors        [actor, behaviour, mailbox_length, mailbox_cap, handled, spent_ns, relations,
//                  questions, alarms, state, [registered name]]
//   children      [supervisor's actor, name, actor (0: none now), state, restarts]
//   coroutines    [name, what it waits for, since_ms]
//   links         [node, core, state, batches in flight, bytes waiting, batches received, heard_ms
//   ago,
//                  incarnation, endpoint]
//   dead_letters  [message's name, reason, from_node, from_actor, to_node, to_actor], latest first
//   members       [node, name, roles, cores, [endpoint of each core]]; empty: in no cluster
//   busy          [node, core, for how many ms, handler, where it is written]: core threads that code
//                  keeps for itself, of this process and of those that links lead to
//   metrics       as metrics/metric.h says, in one page
//   hosting, sessions, shards   as sdk/roles/sessions_inspect.h says; without that role empty
// A broker (its slot, not the core's) answers for `members` with those it knows.
//
// Thread: the core thread.

#include <stdbool.h>

#include "base/buf.h"
#include "metrics/metric.h"
#include "wire/message.h"

typedef struct tr_core tr_core;

enum tr_inspect_section {
    TR_INSPECT_NODE,
    TR_INSPECT_ACTORS,
    TR_INSPECT_CHILDREN,
    TR_INSPECT_COROUTINES,
    TR_INSPECT_LINKS,
    TR_INSPECT_DEAD_LETTERS,
    TR_INSPECT_MEMBERS,
    TR_INSPECT_BUSY,
    TR_INSPECT_METRICS,
    TR_INSPECT_HOSTING,
    TR_INSPECT_SESSIONS,
    TR_INSPECT_SHARDS,
    TR_INSPECT_SECTIONS
};

#define TR_INSPECT_ROWS 256u
#define TR_INSPECT_END UINT64_MAX // `next` of the last page
#define TR_INSPECT_ACCOUNTING_MS 60000u

// Answers `inspect`; false for any other message. Does not take it.
bool tr_introspect_take(tr_core *core, const tr_message *message);

// Twice a heartbeat.
void tr_introspect_tick(tr_core *core);

// All that this core thread knows in metrics: what it counted, what it and its roles are like now.
void tr_introspect_metrics(tr_core *core, tr_metric_rows *out);

// Answers with rows (each a msgpack value) and where the next page begins.
void tr_introspect_answer(tr_core *core, const tr_message *question, const tr_buf *rows,
                          uint32_t count, uint64_t next);

// A row of `members`; the endpoints are msgpack.
void tr_introspect_member(tr_buf *out, uint64_t node, const char *name, uint32_t roles,
                          uint32_t cores, tr_slice endpoints);

#endif
