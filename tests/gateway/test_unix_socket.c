// A listening unix socket: its file's rights, who may take its place, and what is left of it.

#include "gateway/unix_socket.h"

#include <check.h>
#include <fcntl.h>
#include <grp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/scratch.h"
#include "troupe/err.h"

static char folder[64];
static char path[80];
static char why[512];

static void set_up(void)
{
    scratch_make(folder, sizeof folder, "unix");
    snprintf(path, sizeof path, "%s/app.sock", folder);
}

static void tear_down(void)
{
    scratch_remove(folder);
}

static tr_unix_socket *open_at(const char *at, unsigned mode, const char *owner)
{
    tr_unix_socket *made = NULL;
    int result = tr_unix_socket_open(&(tr_unix_place){.path = at, .mode = mode, .owner = owner},
                                     why, sizeof why, &made);
    ck_assert_msg(result == 0, "%s", why);
    return made;
}

static void is_refused(const char *at, const char *owner, const char *reason)
{
    tr_unix_socket *made = NULL;
    ck_assert_int_eq(tr_unix_socket_open(&(tr_unix_place){.path = at, .mode = 0660, .owner = owner},
                                         why, sizeof why, &made),
                     TR_EINVALID);
    ck_assert_msg(strstr(why, reason) != NULL, "%s", why);
}

static int dial(const char *at)
{
    struct sockaddr_un place = {.sun_family = AF_UNIX};
    snprintf(place.sun_path, sizeof place.sun_path, "%s", at);
    int peer = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(peer, (struct sockaddr *)&place, sizeof place) == 0)
        return peer;
    close(peer);
    return -1;
}

static unsigned entries(void)
{
    char command[128];
    unsigned count = 0;
    snprintf(command, sizeof command, "ls -A %s | wc -l", folder);
    FILE *in = popen(command, "r");
    ck_assert_int_eq(fscanf(in, "%u", &count), 1);
    pclose(in);
    return count;
}

START_TEST(a_socket_has_its_mode_and_goes_with_its_owner)
{
    static const unsigned modes[] = {0600, 0660, 0666};
    struct stat facts;
    for (unsigned i = 0; i < 3; i++) {
        tr_unix_socket *made = open_at(path, modes[i], NULL);
        ck_assert_int_eq(stat(path, &facts), 0);
        ck_assert_uint_eq(facts.st_mode & 07777u, modes[i]);
        ck_assert_uint_eq(entries(), 1);
        int peer = dial(path);
        ck_assert_int_ge(peer, 0);
        int accepted = accept(tr_unix_socket_get(made), NULL, NULL);
        ck_assert_int_ge(accepted, 0);
        close(accepted);
        close(peer);
        tr_unix_socket_close(&made);
        ck_assert_ptr_null(made);
        ck_assert_uint_eq(entries(), 0);
    }
}
END_TEST

START_TEST(a_socket_is_given_to_whom_it_is_for)
{
    struct stat facts;
    char owner[64];
    snprintf(owner, sizeof owner, "%u:%u", (unsigned)getuid(), (unsigned)getgid());
    tr_unix_socket *made = open_at(path, 0660, owner);
    tr_unix_socket_close(&made);
    is_refused(path, "no-such-user-here", "its owner is no user");
    is_refused(path, ":no-such-group-here", "its group is none");
    ck_assert_uint_eq(entries(), 0);
    if (getuid() != 0)
        return;
    made = open_at(path, 0660, "nobody:daemon");
    ck_assert_int_eq(stat(path, &facts), 0);
    ck_assert_uint_eq(facts.st_gid, getgrnam("daemon")->gr_gid);
    ck_assert_uint_ne(facts.st_uid, 0);
    tr_unix_socket_close(&made);
}
END_TEST

START_TEST(a_place_where_somebody_listens_is_not_taken)
{
    tr_unix_socket *made = open_at(path, 0660, NULL);
    is_refused(path, NULL, "a running process listens there");
    int peer = dial(path); // the look at it has not broken it
    ck_assert_int_ge(peer, 0);
    close(peer);
    tr_unix_socket_close(&made);
}
END_TEST

START_TEST(a_file_that_a_dead_process_left_is_replaced)
{
    struct sockaddr_un place = {.sun_family = AF_UNIX};
    snprintf(place.sun_path, sizeof place.sun_path, "%s", path);
    int dead = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(bind(dead, (struct sockaddr *)&place, sizeof place), 0);
    ck_assert_int_eq(listen(dead, 1), 0);
    close(dead);
    ck_assert_uint_eq(entries(), 1);
    tr_unix_socket *made = open_at(path, 0660, NULL);
    int peer = dial(path);
    ck_assert_int_ge(peer, 0);
    close(peer);
    tr_unix_socket_close(&made);
}
END_TEST

START_TEST(what_is_no_socket_stays)
{
    FILE *file = fopen(path, "w");
    fclose(file);
    is_refused(path, NULL, "no socket");
    struct stat facts;
    ck_assert_int_eq(stat(path, &facts), 0);
    ck_assert(S_ISREG(facts.st_mode));
}
END_TEST

START_TEST(places_that_cannot_be_are_refused)
{
    char other[256];
    snprintf(other, sizeof other, "%s/none/app.sock", folder);
    is_refused(other, NULL, "its folder is not there");
    memset(other, 'x', sizeof other);
    other[sizeof other - 1] = '\0';
    is_refused(other, NULL, "a path of 1 to 90 bytes");
    is_refused("", NULL, "a path of 1 to 90 bytes");
}
END_TEST

// As some programs hold it for as long as they run.
START_TEST(a_folder_that_is_locked_is_waited_for_in_vain)
{
    tr_unix_socket *made = NULL;
    int holder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ck_assert_int_eq(flock(holder, LOCK_EX), 0);
    const tr_unix_place place = {.path = path, .mode = 0660, .patience_ms = 30};
    ck_assert_int_eq(tr_unix_socket_open(&place, why, sizeof why, &made), TR_EINVALID);
    ck_assert_msg(strstr(why, "holds a lock on its folder") != NULL, "%s", why);
    ck_assert_uint_eq(entries(), 0);
    close(holder);
    made = open_at(path, 0660, NULL);
    tr_unix_socket_close(&made);
}
END_TEST

static void drop_rights(void)
{
    if (getuid() == 0)
        ck_assert(setgroups(0, NULL) == 0 && setgid(65534) == 0 && setuid(65534) == 0);
}

// A connection that is refused for want of a right (EACCES) says nothing of who listens.
START_TEST(a_socket_that_may_not_be_asked_is_not_replaced)
{
    struct stat before;
    struct stat after;
    tr_unix_socket *theirs = open_at(path, 0, NULL);
    ck_assert_int_eq(stat(path, &before), 0);
    ck_assert_int_eq(chmod(folder, 0777), 0);
    pid_t child = fork();
    if (child == 0) {
        tr_unix_socket *made = NULL;
        drop_rights();
        bool is_refused = dial(path) < 0 &&
                          tr_unix_socket_open(&(tr_unix_place){.path = path, .mode = 0660}, why,
                                              sizeof why, &made) == TR_EINVALID &&
                          strstr(why, "a running process listens there") != NULL;
        _exit(is_refused ? 0 : 1);
    }
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    ck_assert_int_eq(stat(path, &after), 0);
    ck_assert_uint_eq(before.st_ino, after.st_ino);
    tr_unix_socket_close(&theirs);
}
END_TEST

// Somebody with a right to the folder may put one in the place of our file.
START_TEST(a_link_is_given_away_and_not_what_it_leads_to)
{
    char owner[64];
    snprintf(owner, sizeof owner, "%u:%u", (unsigned)getuid(), (unsigned)getgid());
    ck_assert_int_eq(symlink("/nowhere/at/all", path), 0);
    ck_assert_int_eq(tr_unix_file_give(path, owner, why, sizeof why), 0);
}
END_TEST

// A new process has the place already when the old one ends.
START_TEST(the_file_of_another_one_stays_where_ours_was)
{
    tr_unix_socket *old = open_at(path, 0660, NULL);
    ck_assert_int_eq(unlink(path), 0);
    tr_unix_socket *fresh = open_at(path, 0660, NULL);
    tr_unix_socket_close(&old);
    int peer = dial(path);
    ck_assert_int_ge(peer, 0);
    close(peer);
    tr_unix_socket_close(&fresh);
    ck_assert_uint_eq(entries(), 0);
}
END_TEST

Suite *gateway_unix_socket_suite(void);
Suite *gateway_unix_socket_suite(void)
{
    Suite *suite = suite_create("gateway/unix_socket");
    TCase *tests = tcase_create("a unix socket");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, a_socket_has_its_mode_and_goes_with_its_owner);
    tcase_add_test(tests, a_socket_is_given_to_whom_it_is_for);
    tcase_add_test(tests, a_place_where_somebody_listens_is_not_taken);
    tcase_add_test(tests, a_file_that_a_dead_process_left_is_replaced);
    tcase_add_test(tests, what_is_no_socket_stays);
    tcase_add_test(tests, places_that_cannot_be_are_refused);
    tcase_add_test(tests, a_folder_that_is_locked_is_waited_for_in_vain);
    tcase_add_test(tests, a_socket_that_may_not_be_asked_is_not_replaced);
    tcase_add_test(tests, a_link_is_given_away_and_not_what_it_leads_to);
    tcase_add_test(tests, the_file_of_another_one_stays_where_ours_was);
    suite_add_tcase(suite, tests);
    return suite;
}
