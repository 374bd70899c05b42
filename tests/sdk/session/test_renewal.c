// A page that is built again by a program that builds it otherwise: what a person typed stays.

#include <check.h>
#include <stdio.h>

#include "sdk/session/renewal.h"
#include "sdk/session/session.h"
#include "sdk/tree/children.h"
#include "testing/lab.h"
#include "troupe/troupe.h"

struct shopping {
    int count;
};
TR_LAYOUT(struct shopping, count);

static const char *label; // what the program of the moment says

static void build(tr_page *page)
{
    const struct shopping *shopping = tr_state(page);
    ui_add(page, ui_text(label, .key = "label"));
    if (shopping->count > 0)
        ui_add(page, ui_text(ui_format("%d", shopping->count), .key = "count"));
    ui_add(page, ui_text_field(.key = "field"));
    ui_add(page, ui_clipboard());
    // As a handler would, in the same helper.
    ui_add(page, ui_text("nothing", .key = "total"));
    ui_add(page, ui_column(.key = "rows"));
    ui_set_textf(page, "total", "%d of %s", shopping->count, label);
    ui_set_children(page, "rows", UI_LIST(ui_text(label, .key = "row")));
    ui_add(page, ui_text(label, .key = "last"));
}

static const tr_app app = {.name = "Shopping", .build = build, TR_STATE(struct shopping)};

static lab *here;

static void set_up(void)
{
    label = "first";
    here = tr_lab_start_held(&app, 3600000);
    tr_lab_open(here, 0, NULL, true);
}

static void tear_down(void)
{
    tr_lab_stop(&here);
}

typedef struct look {
    const char *key;
    uint32_t id; // 0: it is not there
    char text[32];
    uint32_t services;
} look;

static void look_at(tr_session *session, void *arg)
{
    look *self = arg;
    const tr_node *node = tr_tree_find_key(session->tree, tr_slice_of(self->key));
    self->id = node != NULL ? node->id : 0;
    tr_value value = node != NULL ? tr_node_value(node, TR_PROP_VALUE) : (tr_value){0};
    if (value.kind == TR_VALUE_TEXT)
        snprintf(self->text, sizeof self->text, "%.*s", (int)value.slice.size, value.slice.data);
    tr_children all = tr_children_of(tr_tree_find(session->tree, TR_ID_SERVICES));
    for (self->services = 0; tr_children_next(&all) != NULL;)
        self->services++;
}

static look at(const char *key)
{
    look self = {.key = key};
    tr_lab_do(here, 0, look_at, &self);
    return self;
}

static void renew(tr_session *session, void *arg)
{
    ((struct shopping *)session->state)->count = *(int *)arg;
    tr_session_renew(session);
    tr_session_wake(session);
}

static void become(const char *text, int count)
{
    label = text;
    tr_lab_do(here, 0, renew, &count);
    ck_assert_int_ge(tr_lab_advance(here, 1), 0);
}

START_TEST(a_page_becomes_what_the_new_program_builds)
{
    look before = at("label");
    look field = at("field");
    ck_assert_str_eq(before.text, "first");
    ck_assert_uint_ne(field.id, 0);
    become("second", 3);
    look after = at("label");
    ck_assert_str_eq(after.text, "second");
    ck_assert_uint_eq(after.id, before.id);
    ck_assert_uint_eq(at("field").id, field.id);
    ck_assert_str_eq(at("count").text, "3");
    ck_assert_uint_eq(at("label").services, before.services);
    ck_assert_str_eq(at("total").text, "3 of second");
    ck_assert_str_eq(at("row").text, "second");
    ck_assert_str_eq(at("last").text, "second");
    become("third", 0);
    ck_assert_str_eq(at("total").text, "0 of third");
    ck_assert_str_eq(at("row").text, "third");
    ck_assert_uint_eq(at("count").id, 0);
    ck_assert_str_eq(at("label").text, "third");
}
END_TEST

Suite *renewal_suite(void);
Suite *renewal_suite(void)
{
    Suite *suite = suite_create("sdk/session/renewal");
    TCase *tcase = tcase_create("a page is built again");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_page_becomes_what_the_new_program_builds);
    suite_add_tcase(suite, tcase);
    return suite;
}
