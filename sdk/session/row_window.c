#include "sdk/session/row_window.h"

#include "actors/core/core.h"
#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "sdk/catalog/misuse.h"
#include "sdk/session/call.h"
#include "sdk/session/outgoing_packets.h"
#include "sdk/session/row_range.h"
#include "sdk/session/session_timer.h"
#include "sdk/tree/key_lookup.h"
#include "troupe/err.h"
#include "wire/reader.h"
#include "wire/writer.h"

// One list of the page.
struct tr_row_window {
    struct tr_row_window *next;
    uint32_t list;       // its id
    uint32_t total;      // its row_count when we looked last
    tr_row_range wanted; // by the browser
    tr_row_range stale;  // are to be built again
    tr_row_range asked;  // of the handler, last
    uint64_t call;       // in flight; 0: none
    bool is_outdated;    // that call: what it gives may have been read before the latest change
};

static const tr_row_range nothing = {0, 0};

// -- what the page has --

static uint32_t number_of(const tr_node *list, tr_prop_id prop)
{
    tr_value value = tr_node_value(list, prop);
    if (value.kind != TR_VALUE_INTEGER || value.integer < 0)
        return 0;
    return value.integer < INT32_MAX ? (uint32_t)value.integer : INT32_MAX;
}

static tr_row_range there(const tr_node *list)
{
    const tr_node_list *children = tr_node_children(list, TR_PROP_CONTROLS);
    return (tr_row_range){number_of(list, TR_PROP__ROW_FIRST),
                          children != NULL ? children->count - tr_node_row_header(list) : 0};
}

static void set_first(tr_session *session, tr_node *list, uint32_t first)
{
    (void)tr_tree_set(session->tree, list, TR_PROP__ROW_FIRST, tr_value_integer(first));
}

// Takes those rows off the page; they are at one end of what is there, or those behind move up.
static void remove_rows(tr_session *session, tr_node *list, tr_row_range rows)
{
    tr_row_range have = there(list);
    rows = tr_row_range_common(rows, have);
    if (rows.count == 0)
        return;
    uint32_t header = tr_node_row_header(list);
    if (header == 0 && rows.count == have.count) {
        (void)tr_tree_clear(session->tree, list, TR_PROP_CONTROLS);
        return;
    }
    for (uint32_t i = rows.count; i-- > 0;) {
        const tr_node_list *children = tr_node_children(list, TR_PROP_CONTROLS);
        (void)tr_tree_remove(session->tree, children->at[header + rows.first - have.first + i]);
    }
}

static void keep_only(tr_session *session, tr_node *list, tr_row_range wanted)
{
    tr_row_range have = there(list);
    tr_row_range kept = tr_row_range_common(have, wanted);
    remove_rows(session, list,
                tr_row_range_between(tr_row_range_end(kept), tr_row_range_end(have)));
    if (kept.count == 0 || kept.first == have.first)
        return;
    remove_rows(session, list, tr_row_range_between(have.first, kept.first));
    set_first(session, list, kept.first);
}

// -- what is known of a list --

static tr_row_range in_all(const tr_row_window *self, tr_row_range rows)
{
    return tr_row_range_common(rows, (tr_row_range){0, self->total});
}

static tr_row_window *find(tr_session *session, uint32_t list)
{
    tr_row_window *self = session->row_windows;
    while (self != NULL && self->list != list)
        self = self->next;
    return self;
}

static tr_row_window *find_or_add(tr_session *session, const tr_node *list)
{
    tr_row_window *self = find(session, list->id);
    if (self != NULL)
        return self;
    self = tr_new(tr_row_window);
    self->list = list->id;
    self->total = number_of(list, TR_PROP_ROW_COUNT);
    self->wanted = tr_row_range_hull((tr_row_range){there(list).first, TR_ROWS_FIRST}, there(list));
    self->next = session->row_windows;
    session->row_windows = self;
    return self;
}

static void forget_gone(tr_session *session)
{
    for (tr_row_window **at = &session->row_windows; *at != NULL;) {
        tr_row_window *self = *at;
        const tr_node *list = tr_tree_find(session->tree, self->list);
        if (list != NULL && tr_node_is_row_list(list)) {
            at = &self->next;
            continue;
        }
        *at = self->next;
        tr_free(self);
    }
}

void tr_row_windows_free(tr_session *session)
{
    for (tr_row_window *self = session->row_windows, *next; self != NULL; self = next) {
        next = self->next;
        tr_free(self);
    }
    session->row_windows = NULL;
}

// Another number of rows: nothing is known of what they are.
static void resize(tr_session *session, tr_row_window *self, tr_node *list, uint32_t total)
{
    self->total = total;
    if (tr_row_range_end(self->wanted) > total)
        self->wanted.first = total > self->wanted.count ? total - self->wanted.count : 0;
    tr_row_range have = there(list);
    if (have.first >= total) {
        remove_rows(session, list, have);
        set_first(session, list, self->wanted.first);
    }
    remove_rows(session, list, tr_row_range_between(total, tr_row_range_end(have)));
    self->stale = there(list);
    self->asked = nothing;
}

// -- having rows built --

// The rows to build for the browser to have all that it wants.
static tr_row_range missing(const tr_row_window *self, const tr_node *list)
{
    tr_row_range wanted = in_all(self, self->wanted);
    tr_row_range absent = tr_row_range_without(wanted, there(list));
    return tr_row_range_hull(absent, tr_row_range_common(self->stale, wanted));
}

static void start(tr_session *session, tr_row_window *self, const tr_handler *handler,
                  tr_row_range rows)
{
    tr_buf data = {0};
    tr_write_map(&data, 2);
    tr_write_literal(&data, "first");
    tr_write_unsigned(&data, rows.first);
    tr_write_literal(&data, "count");
    tr_write_unsigned(&data, rows.count);
    self->asked = rows;
    self->is_outdated = false;
    self->call = session->next_call + 1;
    uint32_t list = self->list; // an async handler runs now, and may take the list away
    int result = tr_call_start(session, handler, list, "rows", tr_buf_slice(&data), false, NULL);
    tr_buf_done(&data);
    self = find(session, list);
    if (result == 0 || self == NULL)
        return;
    self->call = 0;
    if (result == TR_EFULL) {
        self->asked = nothing;
        tr_session_timer_start(session, TR_SESSION_RETRY, TR_SESSION_RETRY_MS);
        return;
    }
    tr_log(TR_LOG_WARN, "event=rows_not_built session=%.6s handler=%s error=%s", session->id,
           handler->name, tr_err_name(result));
}

// One that cannot ask tells at least where it scrolls, if somebody listens.
TR_ASYNC(tr_rows_scrolled)
{
}

static void look(tr_session *session, uint32_t id)
{
    tr_node *list = tr_tree_find(session->tree, id);
    tr_row_window *self = find_or_add(session, list);
    if (session->has_plain_client && tr_node_value(list, TR_PROP_ON_SCROLL).kind == TR_VALUE_NIL)
        (void)tr_tree_set(session->tree, list, TR_PROP_ON_SCROLL,
                          tr_value_handler(tr_rows_scrolled));
    uint32_t total = number_of(list, TR_PROP_ROW_COUNT);
    if (total != self->total)
        resize(session, self, list, total);
    if (self->call != 0 && tr_call_find(session, self->call) == NULL)
        self->call = 0;
    tr_row_range rows = missing(self, list);
    if (rows.count == 0) {
        self->asked = nothing;
        keep_only(session, list, in_all(self, self->wanted));
        return;
    }
    tr_value handler = tr_node_value(list, TR_PROP_ON_ROWS);
    // A handler that gave nothing is not asked for the same again.
    if (self->call == 0 && handler.kind == TR_VALUE_HANDLER &&
        !tr_row_range_equal(rows, self->asked))
        start(session, self, handler.handler, rows);
}

void tr_row_windows_hear(tr_session *session)
{
    if (session->row_windows != NULL)
        forget_gone(session);
    uint32_t id;
    for (uint32_t at = 0; (id = tr_tree_row_list(session->tree, at)) != 0; at++)
        look(session, id);
}

// -- the browser --

// Numbers of a map, by name; those that are not there stay as they are.
static void read_numbers(tr_slice data, const char *const *names, double *out, unsigned count)
{
    for (unsigned n = 0; n < count; n++) {
        tr_reader number = tr_reader_find(data, names[n]);
        out[n] = tr_value_as_number(tr_value_read(&number), out[n]);
    }
}

static void want(tr_session *session, tr_row_window *self, tr_row_range wanted)
{
    self->wanted = wanted;
    self->asked = nothing;
    tr_session_wake(session);
}

static uint32_t whole(double number, uint32_t most)
{
    return !(number > 0) ? 0 : number < most ? (uint32_t)number : most;
}

static void on_rows(tr_session *session, tr_row_window *self, tr_slice data)
{
    static const char *const names[] = {"first", "count"};
    double numbers[] = {0, 0};
    read_numbers(data, names, numbers, 2);
    want(session, self,
         (tr_row_range){whole(numbers[0], INT32_MAX), whole(numbers[1], TR_ROWS_CAP)});
}

static void on_scroll(tr_session *session, tr_row_window *self, tr_slice data)
{
    static const char *const names[] = {"pixels", "max_scroll_extent", "viewport_dimension"};
    double numbers[] = {0, 0, 0};
    read_numbers(data, names, numbers, 3);
    bool is_near = numbers[1] - numbers[0] < 2 * numbers[2];
    uint32_t count = self->wanted.count + TR_ROWS_MORE;
    // More only when the last ones have come: it scrolls through them first.
    if (is_near && self->call == 0 && self->wanted.count < self->total &&
        self->wanted.count < TR_ROWS_WHOLE_CAP)
        want(session, self,
             (tr_row_range){0, count < TR_ROWS_WHOLE_CAP ? count : TR_ROWS_WHOLE_CAP});
}

bool tr_row_windows_on_event(tr_session *session, const tr_msg_browser_event *event)
{
    bool is_rows = tr_slice_is(event->name, "rows");
    if (!is_rows && (!session->has_plain_client || !tr_slice_is(event->name, "scroll")))
        return false;
    const tr_node *list = tr_tree_find(session->tree, event->target);
    if (list == NULL || !tr_node_is_row_list(list))
        return is_rows; // nobody else listens to that
    tr_row_window *self = find_or_add(session, list);
    if (is_rows)
        on_rows(session, self, event->data);
    else
        on_scroll(session, self, event->data);
    return is_rows;
}

void tr_row_windows_on_attach(tr_session *session, bool can_ask)
{
    session->has_plain_client = !can_ask;
    if (can_ask)
        return;
    for (tr_row_window *self = session->row_windows; self != NULL; self = self->next)
        self->wanted = (tr_row_range){0, TR_ROWS_FIRST};
}

// -- the app --

// Drops what of `given` nobody wants any more, and says which rows are left.
static tr_row_range drop_unwanted(const tr_row_window *self, tr_change *change)
{
    tr_row_range given = {(uint32_t)change->number, change->node_count};
    tr_row_range wanted = tr_row_range_common(given, in_all(self, self->wanted));
    uint32_t kept = 0;
    for (uint32_t i = 0; i < given.count; i++) {
        uint32_t row = given.first + i;
        if (row >= wanted.first && row - wanted.first < wanted.count)
            change->nodes[kept++] = change->nodes[i];
        else
            tr_node_free(change->nodes[i]);
    }
    change->node_count = kept;
    return wanted;
}

static int give(tr_session *session, const tr_call *call, tr_change *change)
{
    tr_node *list = tr_tree_find(session->tree, call->target);
    tr_row_window *self = list != NULL ? find(session, list->id) : NULL;
    if (self == NULL || !tr_node_is_row_list(list))
        return TR_ENOTFOUND; // the list went away, or it is not a rows handler that gives
    tr_row_range given = drop_unwanted(self, change);
    if (given.count == 0)
        return 0;
    tr_row_range have = there(list);
    bool touches = have.count != 0 && given.first <= tr_row_range_end(have) &&
                   have.first <= tr_row_range_end(given);
    if (!touches) {
        remove_rows(session, list, have);
        have = (tr_row_range){given.first, 0};
        self->stale = nothing;
    }
    tr_row_range both = tr_row_range_common(given, have);
    uint32_t before = both.first > have.first ? both.first - have.first : 0;
    if (before > have.count)
        before = have.count;
    uint32_t count = change->node_count;
    change->node_count = 0; // the tree's, from here on
    int result = tr_tree_reconcile_range(session->tree, list, TR_PROP_CONTROLS,
                                         tr_node_row_header(list) + before, both.count,
                                         change->nodes, count);
    tr_row_range now = tr_row_range_hull(have, given);
    if (there(list).count != now.count) { // some were refused: which one is which is not known
        remove_rows(session, list, there(list));
        self->stale = nothing;
        return result < 0 ? result : TR_EINVALID;
    }
    set_first(session, list, now.first);
    tr_row_range wanted = in_all(self, self->wanted);
    tr_row_range left = tr_row_range_without(tr_row_range_common(self->stale, wanted), given);
    if (left.count == 0) // other stale rows are out of sight
        keep_only(session, list, wanted);
    bool is_outdated = self->is_outdated && call->number == self->call;
    self->stale = is_outdated ? tr_row_range_hull(left, given) : left;
    return result;
}

// A handler that changes rows itself gives them as they are then.
static void outdate(tr_session *session, tr_row_window *self, const tr_call *by)
{
    if (self->call != 0 && (by == NULL || by->number != self->call) &&
        tr_call_find(session, self->call) != NULL)
        self->is_outdated = true;
}

static int inserted(tr_session *session, tr_row_window *self, tr_node *list, tr_row_range rows)
{
    if (rows.first > self->total || rows.count > INT32_MAX - self->total)
        return TR_EINVALID;
    self->total += rows.count;
    (void)tr_tree_set(session->tree, list, TR_PROP_ROW_COUNT, tr_value_integer(self->total));
    tr_row_range have = there(list);
    self->asked = nothing;
    if (rows.first <= have.first && have.first != 0) {
        set_first(session, list, have.first + rows.count);
        if (rows.first <= self->wanted.first)
            self->wanted.first += rows.count;
        self->stale.first += self->stale.count != 0 ? rows.count : 0;
        return 0;
    }
    // Rows behind them are built again, where they are still wanted: matched by key, they stay as
    // they are.
    self->stale = tr_row_range_hull(
        self->stale, tr_row_range_common(have, (tr_row_range){rows.first, INT32_MAX}));
    return 0;
}

static int removed(tr_session *session, tr_row_window *self, tr_node *list, tr_row_range rows)
{
    if (rows.first > self->total || rows.count > self->total - rows.first)
        return TR_EINVALID;
    self->total -= rows.count;
    tr_row_range have = there(list);
    remove_rows(session, list, rows);
    uint32_t above = tr_row_range_common(rows, (tr_row_range){0, have.first}).count;
    uint32_t unwanted = tr_row_range_common(rows, (tr_row_range){0, self->wanted.first}).count;
    self->wanted.first -= unwanted;
    if (above != 0)
        set_first(session, list, have.first - above);
    (void)tr_tree_set(session->tree, list, TR_PROP_ROW_COUNT, tr_value_integer(self->total));
    self->stale = self->stale.count != 0 ? there(list) : nothing;
    self->asked = nothing;
    return 0;
}

int tr_row_windows_apply(tr_session *session, const tr_call *call, tr_change *change)
{
    if (change->number < 0 || change->number > INT32_MAX)
        return TR_EINVALID;
    if (change->what == TR_CHANGE_ROWS_GIVE)
        return give(session, call, change);
    tr_node *list = tr_naming_find(session->tree, tr_call_scope(call), change->key);
    if (list == NULL)
        return tr_naming_explain(session->tree, change->key, (tr_slice){0});
    if (!tr_node_is_row_list(list))
        return tr_misuse_report(&(tr_misuse){.code = TR_EWRONGTYPE,
                                             .control = tr_catalog_kind(list->kind)->wire,
                                             .key = change->key,
                                             .text = "it has no row_count"});
    tr_value count = change->value;
    if (count.kind != TR_VALUE_INTEGER || count.integer < 0)
        return TR_EINVALID;
    tr_row_range rows = {(uint32_t)change->number,
                         count.integer < INT32_MAX ? (uint32_t)count.integer : INT32_MAX};
    tr_row_window *self = find_or_add(session, list);
    outdate(session, self, call);
    switch (change->what) {
    case TR_CHANGE_ROWS_INSERTED:
        return inserted(session, self, list, rows);
    case TR_CHANGE_ROWS_REMOVED:
        return removed(session, self, list, rows);
    case TR_CHANGE_ROWS_CHANGED:
        self->stale = tr_row_range_hull(self->stale, tr_row_range_common(rows, there(list)));
        self->asked = nothing;
        return 0;
    default:
        (void)tr_tree_set(session->tree, list, TR_PROP_ROW_COUNT, tr_value_integer(rows.count));
        resize(session, self, list, rows.count);
        return 0;
    }
}
