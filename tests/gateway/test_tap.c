// What a gateway tells of its packets where they are recorded.

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "gateway/tap.h"

static char folder[] = "/tmp/troupe-tap-XXXXXX";
static int fifo;
static tr_tap *tap;

static void set_up(void)
{
    char path[64];
    strcpy(folder + strlen(folder) - 6, "XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/%s", folder, TR_TAP_NAME);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    fifo = open(path, O_RDWR | O_NONBLOCK);
    ck_assert_int_ge(fifo, 0);
    tap = tr_tap_open(folder);
    ck_assert_ptr_nonnull(tap);
}

static void tear_down(void)
{
    char path[64];
    tr_tap_close(&tap);
    close(fifo);
    snprintf(path, sizeof path, "%s/%s", folder, TR_TAP_NAME);
    unlink(path);
    rmdir(folder);
}

START_TEST(where_nobody_listens_there_is_no_tap)
{
    char path[64];
    ck_assert_ptr_null(tr_tap_open(NULL));
    ck_assert_ptr_null(tr_tap_open("/nowhere"));
    tr_tap_close(&tap);
    close(fifo); // the FIFO is there, its reader is not
    ck_assert_ptr_null(tr_tap_open(folder));
    snprintf(path, sizeof path, "%s/%s", folder, TR_TAP_NAME);
    fifo = open(path, O_RDWR | O_NONBLOCK);
    tr_tap_tell_gone(NULL, 1);
}
END_TEST

START_TEST(packets_come_in_pieces)
{
    tr_tap_head head;
    char packet[5000];
    char piece[TR_TAP_PIECE_CAP];
    memset(packet, 'x', sizeof packet);
    tr_tap_tell_to(tap, 7, 3, packet, sizeof packet);
    ck_assert_int_eq(read(fifo, &head, sizeof head), sizeof head);
    ck_assert(head.connection == 7 && head.number == 3 && head.kind == TR_TAP_TO_BROWSER);
    ck_assert(head.size == TR_TAP_PIECE_CAP && !head.is_last);
    ck_assert_int_eq(read(fifo, piece, sizeof piece), sizeof piece);
    ck_assert_int_eq(read(fifo, &head, sizeof head), sizeof head);
    ck_assert(head.size == sizeof packet - TR_TAP_PIECE_CAP && head.is_last);
    ck_assert_int_eq(read(fifo, piece, sizeof piece), head.size);
    tr_tap_tell_gone(tap, 7);
    ck_assert_int_eq(read(fifo, &head, sizeof head), sizeof head);
    ck_assert(head.kind == TR_TAP_GONE && head.size == 0 && head.is_last);
}
END_TEST

START_TEST(a_browsers_packet_reads_as_it_came)
{
    tr_tap_head head;
    char bytes[256];
    tr_flet_packet read_packet;
    const tr_flet_packet packet = {
        .action = TR_FLET_EVENT, .target = 12, .name = TR_SLICE("click"), .number = 9};
    tr_tap_tell_from(tap, 5, &packet);
    ck_assert_int_eq(read(fifo, &head, sizeof head), sizeof head);
    ck_assert(head.kind == TR_TAP_FROM_BROWSER && head.number == 9);
    ck_assert_int_eq(read(fifo, bytes, sizeof bytes), head.size);
    ck_assert_int_eq(tr_flet_read(bytes, head.size, &read_packet), 0);
    ck_assert(read_packet.target == 12 && tr_slice_is(read_packet.name, "click"));
}
END_TEST

START_TEST(who_does_not_read_is_given_up)
{
    static char packet[1 << 20];
    tr_log_level_set(TR_LOG_ERROR);
    (void)fcntl(fifo, F_SETPIPE_SZ, 4096);
    tr_tap_tell_to(tap, 7, 1, packet, sizeof packet); // waits for a second, once
    tr_tap_tell_to(tap, 7, 2, packet, sizeof packet);
    tr_tap_tell_gone(tap, 7);
}
END_TEST

Suite *tap_suite(void);
Suite *tap_suite(void)
{
    Suite *suite = suite_create("gateway/tap");
    TCase *tests = tcase_create("packets");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, where_nobody_listens_there_is_no_tap);
    tcase_add_test(tests, packets_come_in_pieces);
    tcase_add_test(tests, a_browsers_packet_reads_as_it_came);
    tcase_add_test(tests, who_does_not_read_is_given_up);
    suite_add_tcase(suite, tests);
    return suite;
}
