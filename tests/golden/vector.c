#include "tests/golden/vector.h"

#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "sdk/session/call.h"
#include "tests/golden/client_ops.h"
#include "tests/golden/match.h"
#include "tests/golden/ops.h"
#include "troupe/pages/app.h"

// There is one conversation at a time, and the app's build function gets no argument of ours.
static talk *building;

static void build(tr_page *page)
{
    if (building->main_ops != NULL)
        ops_run(building, page->session, building->main_ops);
}

static void on_packet(void *arg, unsigned n, const void *bytes, size_t size)
{
    (void)n;
    talk *self = arg;
    self->packets = realloc(self->packets, (self->packet_count + 1) * sizeof *self->packets);
    tr_must(self->packets != NULL);
    self->packets[self->packet_count] = (tr_buf){0};
    tr_buf_append(&self->packets[self->packet_count++], bytes, size);
    self->our_bytes += size;
}

// -- the conversation --

typedef struct errand {
    talk *talk;
    const json_t *op;
} errand;

static void run_on_core(tr_session *session, void *arg)
{
    errand *self = arg;
    if (session != NULL)
        ops_run_one(self->talk, session, self->op);
    else
        talk_fail(self->talk, "there is no session");
}

static void do_op(talk *self, const char *name, const json_t *op)
{
    if (client_ops_run(self, name, op))
        return;
    if (ops_knows(name))
        tr_lab_do(self->lab, 0, run_on_core, &(errand){self, op});
    else
        talk_fail(self, "unknown op '%s'", name);
}

// The place of the failure, in front of it.
static void place(talk *self, const char *format, size_t number, const char *what)
{
    tr_buf *why = &self->why;
    tr_buf placed = {0};
    tr_buf_printf(&placed, format, number, what);
    tr_buf_append(&placed, why->data, why->size);
    tr_buf_done(why);
    *why = placed;
}

static const char *name_of(const json_t *op)
{
    const char *name = view_text(op, "op");
    return name != NULL ? name : "(none)";
}

static bool run_ops(talk *self, const json_t *ops)
{
    bool builds = strcmp(name_of(json_array_get(ops, 0)), "register") == 0 &&
                  strcmp(name_of(json_array_get(ops, 1)), "main") == 0;
    // The patches after the first registration build the page.
    if (builds)
        self->main_ops = json_object_get(json_array_get(ops, 1), "ops");
    for (size_t i = 0; i < json_array_size(ops) && !talk_failed(self); i++) {
        if (builds && i == 1)
            continue;
        const json_t *op = json_array_get(ops, i);
        size_t at = self->at;
        do_op(self, name_of(op), op);
        (void)tr_lab_look(self->lab, 0); // everything is worked off
        if (talk_failed(self) && self->at == at)
            place(self, "op %zu (%s): ", i + 1, name_of(op));
        else if (talk_failed(self))
            place(self, "message %zu%s: ", self->at + 1, "");
    }
    return !talk_failed(self);
}

static void check_end(talk *self, const json_t *vector)
{
    if (!match_settle(self)) {
        place(self, "message %zu%s: ", self->at + 1, "");
        return;
    }
    if (match_message(self, self->at) != NULL) {
        talk_fail(self, "message %zu: no op says it", self->at + 1);
        return;
    }
    compare *exact = calloc(1, sizeof *exact);
    cm_value *tree = view_model(json_object_get(vector, "client_tree"));
    tr_buf why = {0};
    tr_must(exact != NULL);
    exact->is_exact = true;
    exact->why = &why;
    self->compare.why = &why;
    self->compare.path[0] = '\0';
    if (tree == NULL || self->ours.page == NULL)
        talk_fail(self, "client_tree: no page");
    else if (!compare_values(&self->compare, tree, self->ours.page))
        talk_fail(self, "client_tree%s", tr_buf_text(&why));
    else if (!compare_values(exact, tree, self->recorded.page))
        talk_fail(self, "client_tree is not what the recorded messages make: %s",
                  tr_buf_text(&why));
    const char *name;
    json_t *id;
    json_object_foreach(json_object_get(vector, "ids"), name, id)
    {
        uint32_t ours = talk_find(self, name);
        if (ours == 0 || compare_our_id(&self->compare, (uint32_t)json_integer_value(id)) != ours)
            talk_fail(self, "ids: %s is recorded as %lld, which is not our control %u", name,
                      (long long)json_integer_value(id), ours);
    }
    tr_cm_free(tree);
    free(exact);
    tr_buf_done(&why);
}

static void done(talk *self)
{
    tr_lab_stop(&self->lab);
    for (unsigned i = 0; i < self->packet_count; i++)
        tr_buf_done(&self->packets[i]);
    free(self->packets);
    for (unsigned i = 0; i < self->call_count; i++)
        tr_buf_done(&self->calls[i]);
    free(self->calls);
    for (talk_effect *at = self->effects, *next; at != NULL; at = next) {
        next = at->next;
        tr_cm_free(at->data);
        free(at);
    }
    for (talk_handler *at = self->handlers, *next; at != NULL; at = next) {
        next = at->next;
        free(at);
    }
    json_decref(self->kept);
    tr_cm_done(&self->ours);
    tr_cm_done(&self->recorded);
    free(self);
}

void vector_run(const json_t *vector, const json_t *client_page, vector_result *out)
{
    static const tr_app app = {.build = build};
    talk *self = calloc(1, sizeof *self);
    tr_must(self != NULL);
    *self = (talk){.client_page = client_page,
                   .run_ops = ops_run,
                   .recorded.takes_copies = true,
                   .kept = json_array(),
                   .messages = json_object_get(vector, "messages")};
    building = self;
    self->lab = tr_lab_start(&app, 60000);
    tr_lab_watch(self->lab, on_packet, self);
    if (run_ops(self, json_object_get(vector, "ops")))
        check_end(self, vector);
    *out = (vector_result){self->our_bytes, self->recorded_bytes, self->why};
    done(self);
}
