#include "sdk/session/shared_patches.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actors/bus/routes.h"
#include "actors/core/core.h"
#include "base/clock.h"
#include "sdk/session/session_record.h"
#include "testing/lab.h"
#include "troupe/actors/topics.h"
#include "troupe/troupe.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { CROWD = 500 };
#else
enum { CROWD = 10000 };
#endif
enum { PATIENCE_MS = 60000 };

// -- an app whose pages all hear the same --

TR_ASYNC(shared_news)
{
    size_t size;
    const char *text = tr_event_payload(ev, &size);
    ui_set_textf(ev, "news", "%.*s", (int)size, text);
    ui_set_number(ev, "bar", "value", (double)size / 100);
}

// On the page with that number all controls lie one place further down.
TR_ASYNC(shared_shift)
{
    size_t size;
    const char *number = tr_event_payload(ev, &size);
    char own[8];
    ui_get_text(ev, "own", "value", own, sizeof own);
    if (strlen(own) == size && memcmp(own, number, size) == 0)
        ui_insert(ev, NULL, 0, ui_text("above"));
}

TR_ASYNC(shared_grow)
{
    ui_add_to(ev, "list", ui_text("new"));
}

TR_ASYNC(shared_bare)
{
    ui_unset(ev, "news", "value");
}

static unsigned built;

static void build(tr_page *page)
{
    ui_add(page, ui_text(ui_format("%u", ++built), .key = "own")); // no two pages are the same
    ui_add(page, ui_text("none", .key = "news"));
    ui_add(page, ui_row(UI(ui_progress_bar(.key = "bar", .value = 0))));
    ui_add(page, ui_column(.key = "list"));
    tr_subscribe(page, "news", shared_news);
    tr_subscribe(page, "shift", shared_shift);
    tr_subscribe(page, "grow", shared_grow);
    tr_subscribe(page, "bare", shared_bare);
}

static const tr_app app = {.name = "Shared", .build = build};

static lab *here;

static void set_up(void)
{
    here = tr_lab_start(&app, 3600000);
    for (unsigned n = 0; n < LAB_CONNECTIONS; n++)
        tr_lab_open(here, n, NULL, true);
}

static void tear_down(void)
{
    tr_lab_stop(&here);
}

// -- what was encoded --

static uint64_t encoded;
static uint64_t shared;

static void read_counts(tr_session *session, void *arg)
{
    (void)arg;
    encoded = session->sessions->shared.encoded;
    shared = session->sessions->shared.shared;
}

typedef struct news {
    const char *topic;
    const char *text;
} news;

static void publish(tr_session *session, void *arg)
{
    const news *self = arg;
    ck_assert_int_eq(tr_topic_publish(tr_actor_address(session->actor), self->topic, TR_TO_ALL,
                                      self->text, strlen(self->text)),
                     0);
}

// Publishes to all pages, and says how many packets were encoded for them and how many shared.
static void tell(const char *topic, const char *text, unsigned wanted_encoded,
                 unsigned wanted_shared)
{
    tr_lab_do(here, 0, read_counts, NULL);
    uint64_t encoded_before = encoded;
    uint64_t shared_before = shared;
    news told = {topic, text};
    tr_lab_do(here, 0, publish, &told);
    tr_lab_do(here, 0, read_counts, NULL);
    ck_assert_uint_eq(encoded - encoded_before, wanted_encoded);
    ck_assert_uint_eq(shared - shared_before, wanted_shared);
    for (unsigned n = 0; n < LAB_CONNECTIONS; n++) {
        tr_buf why = {0};
        ck_assert_msg(tr_lab_is_same(here, n, &why), "page %u: %s", n, tr_buf_text(&why));
        tr_buf_done(&why);
    }
}

START_TEST(equal_changes_are_encoded_once)
{
    tell("news", "first", 1, LAB_CONNECTIONS - 1);
    tell("news", "second", 1, LAB_CONNECTIONS - 1);
    // Back to what was: the packet is still remembered.
    tell("news", "first", 0, LAB_CONNECTIONS);
}
END_TEST

static void differ(tr_session *session, void *arg)
{
    (void)arg;
    tr_node *node = tr_tree_find_key(session->tree, TR_SLICE("own"));
    ck_assert_ptr_nonnull(node);
    ck_assert_int_eq(tr_tree_set(session->tree, node, TR_PROP_VALUE, tr_value_text(TR_SLICE("x"))),
                     0);
}

START_TEST(a_page_with_other_changes_gets_its_own)
{
    tr_lab_do(here, 2, differ, NULL); // goes out together with the news
    tell("news", "first", 2, LAB_CONNECTIONS - 2);
}
END_TEST

START_TEST(new_controls_and_resets_are_encoded_for_each_page)
{
    tell("grow", "", LAB_CONNECTIONS, 0);
    tell("bare", "", LAB_CONNECTIONS, 0);
    tell("news", "after", 1, LAB_CONNECTIONS - 1);
}
END_TEST

START_TEST(pages_that_lie_otherwise_do_not_share)
{
    tell("shift", "2", 1, 0);
    // The same ids, the same values: but a patch of two controls leads to them by their places.
    tell("news", "first", 2, LAB_CONNECTIONS - 2);
}
END_TEST

START_TEST(few_and_small_ones_are_remembered)
{
    tr_shared_patches table = {0};
    tr_packet *packet = tr_packet_of("bytes", 5);
    for (uint32_t i = 0; i <= TR_SHARED_PATCHES_CAP; i++)
        tr_shared_patches_keep(&table, (tr_slice){(const char *)&i, sizeof i}, packet);
    uint32_t first = 0;
    uint32_t last = TR_SHARED_PATCHES_CAP;
    ck_assert_ptr_null(tr_shared_patches_find(&table, (tr_slice){(const char *)&first, 4}));
    tr_packet *found = tr_shared_patches_find(&table, (tr_slice){(const char *)&last, 4});
    ck_assert_ptr_eq(found, packet);
    ck_assert_uint_eq(packet->references, TR_SHARED_PATCHES_CAP + 2);
    tr_packet_unref(found);
    tr_packet *large = tr_packet_new(TR_SHARED_PATCH_CAP_BYTES + 1);
    large->size = TR_SHARED_PATCH_CAP_BYTES + 1;
    tr_shared_patches_keep(&table, TR_SLICE("large"), large);
    ck_assert_ptr_null(tr_shared_patches_find(&table, TR_SLICE("large")));
    tr_packet_unref(large);
    tr_shared_patches_done(&table);
    ck_assert_uint_eq(packet->references, 1);
    tr_packet_unref(packet);
}
END_TEST

// -- many pages --

// Stands for all their connections. It keeps every packet, so that no two can have one address.
typedef struct crowd {
    tr_address own;
    unsigned attached;
    unsigned packets;
    tr_packet *packet[CROWD];
} crowd;

static crowd *all;

static void on_message(tr_actor *actor, tr_message *message)
{
    (void)actor;
    if (TR_TYPE(message) == TR_MSG_session_attached)
        all->attached++;
    else if (TR_TYPE(message) == TR_MSG_browser_packet && all->packets < CROWD)
        all->packet[all->packets++] = tr_packet_ref(TR_BODY(message, browser_packet)->packet);
}

static void open_many(tr_session *session, void *arg)
{
    (void)arg;
    static const tr_behaviour behaviour = {
        .name = "crowd", .on_message = on_message, .mailbox_cap = 4 * CROWD};
    static const char page[] = "\x82\xa5route\xa1/\xa5width\xcd\x05\x00";
    tr_core *core = session->sessions->core;
    ck_assert_int_eq(tr_spawn(core, &behaviour, NULL, 0, &all->own), 0);
    for (unsigned i = 0; i < CROWD; i++)
        ck_assert_int_eq(tr_send(core, all->own, tr_address_of(all->own.node, 0, TR_SLOT_SESSIONS),
                                 session_open, .page = {page, sizeof page - 1},
                                 .client_ip = TR_SLICE("::1"), .user_agent = TR_SLICE("crowd"),
                                 .newest_wins = true),
                         0);
}

static void look(tr_session *session, void *arg)
{
    (void)session;
    unsigned *seen = arg;
    seen[0] = all->attached;
    seen[1] = all->packets;
}

static void wait_for(unsigned which)
{
    uint64_t deadline = tr_clock_ms() + PATIENCE_MS;
    unsigned seen[2] = {0};
    while (seen[which] < CROWD) {
        tr_lab_do(here, 0, look, seen);
        ck_assert_uint_lt(tr_clock_ms(), deadline);
    }
}

START_TEST(what_ten_thousand_pages_hear_is_one_packet)
{
    all = calloc(1, sizeof *all);
    tr_lab_do(here, 0, open_many, NULL);
    wait_for(0);
    tr_lab_do(here, 0, read_counts, NULL);
    uint64_t encoded_before = encoded;
    news told = {"news", "to everybody"};
    uint64_t began = tr_clock_ns();
    tr_lab_do(here, 0, publish, &told);
    wait_for(1);
    uint64_t took = tr_clock_ns() - began;
    tr_lab_do(here, 0, read_counts, NULL);
    ck_assert_uint_eq(encoded - encoded_before, 1);
    for (unsigned i = 1; i < CROWD; i++)
        ck_assert_ptr_eq(all->packet[i], all->packet[0]);
    if (getenv("FIGURES") != NULL)
        printf("%u pages: %u encoded, %u bytes, %.1f ms, %.2f us a page\n", (unsigned)CROWD,
               (unsigned)(encoded - encoded_before), all->packet[0]->size, (double)took / 1e6,
               (double)took / 1e3 / (double)CROWD);
}
END_TEST

static void drop_packets(tr_session *session, void *arg)
{
    (void)session;
    (void)arg;
    for (unsigned i = 0; i < all->packets; i++)
        tr_packet_unref(all->packet[i]);
    all->packets = 0;
}

static void tear_down_crowd(void)
{
    tr_lab_do(here, 0, drop_packets, NULL);
    tr_lab_stop(&here);
    free(all);
}

Suite *shared_patches_suite(void);
Suite *shared_patches_suite(void)
{
    Suite *suite = suite_create("sdk/session/shared_patches");
    TCase *tests = tcase_create("shared");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, equal_changes_are_encoded_once);
    tcase_add_test(tests, a_page_with_other_changes_gets_its_own);
    tcase_add_test(tests, new_controls_and_resets_are_encoded_for_each_page);
    tcase_add_test(tests, pages_that_lie_otherwise_do_not_share);
    tcase_add_test(tests, few_and_small_ones_are_remembered);
    suite_add_tcase(suite, tests);
    TCase *many = tcase_create("many");
    tcase_set_timeout(many, 120);
    tcase_add_checked_fixture(many, set_up, tear_down_crowd);
    tcase_add_test(many, what_ten_thousand_pages_hear_is_one_packet);
    suite_add_tcase(suite, many);
    return suite;
}
