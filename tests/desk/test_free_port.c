#include "desk/free_port.h"

#include <check.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

Suite *desk_free_port_suite(void);

START_TEST(a_port_that_another_program_has_is_taken)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    ck_assert_int_eq(listen(fd, 1), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&at, &size), 0);
    char port[16];
    unsigned next = 1;
    snprintf(port, sizeof port, "%u", ntohs(at.sin_port));
    ck_assert(tr_port_is_taken("127.0.0.1", port, &next));
    ck_assert(next == 0 || next > ntohs(at.sin_port));
    close(fd);
    ck_assert(!tr_port_is_taken("127.0.0.1", port, &next));
}
END_TEST

START_TEST(what_cannot_be_told_is_not_taken)
{
    static const char *const ports[] = {"0", "", "http", "65536", "-1", "99999999999999999999"};
    unsigned next;
    for (unsigned i = 0; i < sizeof ports / sizeof *ports; i++)
        ck_assert(!tr_port_is_taken("127.0.0.1", ports[i], &next));
    ck_assert(!tr_port_is_taken("unix:/tmp/x", "8000", &next));
}
END_TEST

Suite *desk_free_port_suite(void)
{
    Suite *suite = suite_create("desk/free_port");
    TCase *tcase = tcase_create("ports");
    tcase_add_test(tcase, a_port_that_another_program_has_is_taken);
    tcase_add_test(tcase, what_cannot_be_told_is_not_taken);
    suite_add_tcase(suite, tcase);
    return suite;
}
