#include <check.h>
#include <stdio.h>
#include <string.h>

#include "sdk/api/raw_image.h"
#include "sdk/session/channel.h"
#include "testing/lab.h"
#include "tests/support/app.h"
#include "troupe/err.h"
#include "wire/flet.h"
#include "wire/limits.h"
#include "wire/writer.h"

static lab *here;
static uint32_t image;
static tr_buf packets; // that the browser got on channels
static int results[8];
static unsigned result_count;
static uint32_t answered; // bytes of the last answer

static void on_packet(void *arg, unsigned n, const void *bytes, size_t size)
{
    (void)arg;
    (void)n;
    if (*(const uint8_t *)bytes == TR_FLET_DATA_CHANNEL)
        tr_buf_append(&packets, bytes, size);
}

static void on_answer(void *arg, int result, tr_slice packet)
{
    (void)arg;
    results[result_count++] = result;
    answered = packet.size;
}

static void add_image(tr_session *session, void *arg)
{
    (void)arg;
    tr_node *node = tr_node_new(TR_CONTROL_RAW_IMAGE);
    ck_assert_int_eq(tr_tree_append(session->tree, tr_tree_view(session->tree), 0, node), 0);
    image = node->id;
}

static void set_up(void)
{
    result_count = 0;
    here = tr_lab_start(&test_app, 3600000);
    tr_lab_open(here, 0, NULL, true);
    tr_lab_do(here, 0, add_image, NULL);
    tr_lab_watch(here, on_packet, NULL);
}

static void tear_down(void)
{
    tr_lab_stop(&here);
    tr_buf_done(&packets);
}

static void open_channel(uint32_t control, const char *name, int64_t number)
{
    tr_buf data = {0}, packet = {0};
    tr_write_map(&data, 2);
    tr_write_literal(&data, "channel_name");
    tr_write_literal(&data, name);
    tr_write_literal(&data, "channel_id");
    tr_write_integer(&data, number);
    tr_flet_write_client_event(&packet, control, TR_SLICE("data_channel_open"),
                               (tr_slice){(const char *)data.data, (uint32_t)data.size});
    ck_assert_int_eq(tr_lab_packet(here, 0, packet.data, packet.size), 0);
    tr_buf_done(&data);
    tr_buf_done(&packet);
}

static void packet_from_browser(uint32_t channel)
{
    tr_buf packet = {0};
    tr_flet_write_channel(&packet, channel, TR_SLICE("\xff"));
    ck_assert_int_eq(tr_lab_packet(here, 0, packet.data, packet.size), 0);
    tr_buf_done(&packet);
}

static int called;
static tr_slice pixels;
static void show(tr_session *session, void *arg)
{
    (void)arg;
    called = tr_raw_image_show_pixels(session, image, 2, 1, pixels, on_answer, NULL);
}

static void clear(tr_session *session, void *arg)
{
    (void)arg;
    called = tr_raw_image_clear(session, image, on_answer, NULL);
}

static void show_file(tr_session *session, void *arg)
{
    (void)arg;
    called = tr_raw_image_show_file(session, image, TR_SLICE("PNG"), on_answer, NULL);
}

static int run(void (*fn)(tr_session *session, void *arg))
{
    tr_lab_do(here, 0, fn, NULL);
    return called;
}

static void packets_are(const char *bytes, size_t size)
{
    ck_assert_uint_eq(packets.size, size);
    ck_assert_mem_eq(packets.data, bytes, size);
    packets.size = 0;
}

START_TEST(the_browser_is_asked_to_open_a_channel)
{
    const cm_client *page = &tr_lab_look(here, 0)->page;
    uint32_t packets_before = tr_lab_look(here, 0)->packets;
    tr_lab_event(here, 0, image, "nothing"); // its turn sends the image
    ck_assert(tr_lab_wait_for_packets(here, 0, packets_before + 1));
    ck_assert_ptr_nonnull(tr_cm_get(tr_cm_find(page, image), "on_data_channel_open"));
}
END_TEST

START_TEST(pictures_go_over_the_channel_and_are_answered_in_order)
{
    pixels = (tr_slice){"\xff\x00\x00\xff\x00\xff\x00\xff", 8};
    ck_assert_int_eq(run(show), TR_EUNAVAILABLE);
    open_channel(image, "frames", 7);
    ck_assert_int_eq(run(show), 0);
    packets_are("\x01\x07\0\0\0\x04\x02\0\0\0\x01\0\0\0\xff\x00\x00\xff\x00\xff\x00\xff", 22);
    ck_assert_int_eq(run(clear), 0);
    packets_are("\x01\x07\0\0\0\x03", 6);
    ck_assert_int_eq(run(show_file), 0);
    packets_are("\x01\x07\0\0\0\x01PNG", 9);
    packet_from_browser(8); // of another one
    ck_assert_uint_eq(result_count, 0);
    for (unsigned i = 1; i <= 3; i++) {
        packet_from_browser(7);
        ck_assert_uint_eq(result_count, i);
        ck_assert_int_eq(results[i - 1], 0);
        ck_assert_uint_eq(answered, 1);
    }
    packet_from_browser(7); // that nobody waits for
    ck_assert_uint_eq(result_count, 3);
}
END_TEST

START_TEST(pixels_must_fill_the_picture)
{
    open_channel(image, "frames", 7);
    pixels = (tr_slice){"\xff\x00\x00", 3};
    ck_assert_int_eq(run(show), TR_EINVALID);
    ck_assert_uint_eq(packets.size, 0);
}
END_TEST

START_TEST(a_channel_ends_with_its_connection)
{
    open_channel(image, "frames", 7);
    ck_assert_int_eq(run(clear), 0);
    tr_lab_detach(here, 0);
    ck_assert_uint_eq(result_count, 1);
    ck_assert_int_eq(results[0], TR_EGONE);
    char id[32];
    strcpy(id, tr_lab_look(here, 0)->session_id);
    tr_lab_open(here, 0, id, true);
    ck_assert_int_eq(run(clear), TR_EUNAVAILABLE);
}
END_TEST

START_TEST(a_channel_opened_anew_replaces_the_old_one)
{
    open_channel(image, "frames", 7);
    ck_assert_int_eq(run(clear), 0);
    open_channel(image, "frames", 9);
    ck_assert_int_eq(results[0], TR_EGONE);
    packets.size = 0;
    ck_assert_int_eq(run(clear), 0);
    packets_are("\x01\x09\0\0\0\x03", 6);
}
END_TEST

START_TEST(what_a_browser_opens_is_checked_and_bounded)
{
    open_channel(4242, "frames", 1);
    open_channel(image, "frames", -1);
    open_channel(image, "a name that is longer than any that there is", 1);
    ck_assert_int_eq(run(clear), TR_EUNAVAILABLE);
    char name[32];
    for (int i = 0; i < (int)TR_CHANNELS_PER_SESSION_CAP; i++) {
        snprintf(name, sizeof name, "channel %d", i);
        open_channel(image, name, i);
    }
    open_channel(image, "frames", 100);
    ck_assert_int_eq(run(clear), TR_EUNAVAILABLE);
}
END_TEST

Suite *channel_suite(void);
Suite *channel_suite(void)
{
    Suite *suite = suite_create("sdk/session/channel");
    TCase *tcase = tcase_create("channel");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, the_browser_is_asked_to_open_a_channel);
    tcase_add_test(tcase, pictures_go_over_the_channel_and_are_answered_in_order);
    tcase_add_test(tcase, pixels_must_fill_the_picture);
    tcase_add_test(tcase, a_channel_ends_with_its_connection);
    tcase_add_test(tcase, a_channel_opened_anew_replaces_the_old_one);
    tcase_add_test(tcase, what_a_browser_opens_is_checked_and_bounded);
    suite_add_tcase(suite, tcase);
    return suite;
}
