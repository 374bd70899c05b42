// Key files: made once, for their owner alone, and refused with one line when anything is wrong.

#include <check.h>
#include <czmq.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actors/bus/key_file.h"
#include "tests/support/keys.h"
#include "troupe/err.h"

Suite *actors_bus_key_file_suite(void);

static key_files made;
static char path[KEY_PATH_BYTES];
static char why[256];

static void set_up(void)
{
    key_files_make(&made);
    snprintf(path, sizeof path, "%s/wrong.key", made.folder);
    why[0] = '\0';
}

static void tear_down(void)
{
    key_files_remove(&made);
}

static int read_keys(const char *files)
{
    tr_bus_keys keys;
    return tr_bus_keys_read(files, &keys, why, sizeof why);
}

static void refused(const char *files, const char *reason)
{
    ck_assert_int_eq(read_keys(files), TR_EINVALID);
    ck_assert_msg(strstr(why, reason) != NULL, "'%s' does not say '%s'", why, reason);
    ck_assert_ptr_null(strchr(why, '\n'));
}

static void write_file(const char *text)
{
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
    ck_assert_int_eq(chmod(path, 0600), 0);
}

START_TEST(a_key_is_for_its_owner_alone_and_never_written_over)
{
    struct stat facts;
    tr_bus_keys before;
    tr_bus_keys after;
    ck_assert_int_eq(stat(made.files[0], &facts), 0);
    ck_assert_uint_eq(facts.st_mode & 0777, 0600);
    ck_assert_int_eq(tr_bus_keys_read(made.files[0], &before, why, sizeof why), 0);
    ck_assert_int_eq(tr_bus_key_file_make(made.files[0], why, sizeof why), TR_EEXISTS);
    ck_assert_int_eq(tr_bus_keys_read(made.files[0], &after, why, sizeof why), 0);
    ck_assert_mem_eq(&before.secrets, &after.secrets, sizeof before.secrets);
    ck_assert_int_eq(tr_bus_key_file_make("/nowhere/a.key", why, sizeof why), TR_ESYSTEM);
}
END_TEST

START_TEST(it_is_a_certificate_of_czmq)
{
    tr_bus_keys keys;
    ck_assert_int_eq(tr_bus_keys_read(made.files[0], &keys, why, sizeof why), 0);
    zcert_t *certificate = zcert_load(made.files[0]);
    ck_assert_ptr_nonnull(certificate);
    ck_assert_mem_eq(zcert_secret_key(certificate), keys.secrets[0].bytes, TR_BUS_KEY_BYTES);
    zcert_destroy(&certificate);
}
END_TEST

START_TEST(two_files_are_two_keys)
{
    char both[2 * KEY_PATH_BYTES];
    char three[3 * KEY_PATH_BYTES];
    tr_bus_keys keys;
    snprintf(both, sizeof both, "%s,%s", made.files[1], made.files[0]);
    snprintf(three, sizeof three, "%s,%s", both, made.files[2]);
    ck_assert_int_eq(tr_bus_keys_read(both, &keys, why, sizeof why), 0);
    ck_assert_uint_eq(keys.count, 2);
    tr_bus_keys first;
    ck_assert_int_eq(tr_bus_keys_read(made.files[1], &first, why, sizeof why), 0);
    ck_assert_mem_eq(&keys.secrets[0], &first.secrets[0], sizeof first.secrets[0]);
    refused(three, "one file, or two");
    refused(",", "one file, or two");
    refused("", "one file, or two");
}
END_TEST

START_TEST(what_others_can_read_is_refused)
{
    static const mode_t modes[] = {0640, 0604, 0620, 0601, 0666};
    for (unsigned i = 0; i < sizeof modes / sizeof *modes; i++) {
        ck_assert_int_eq(chmod(made.files[0], modes[i]), 0);
        refused(made.files[0], "chmod 600");
    }
    ck_assert_int_eq(chmod(made.files[0], 0400), 0);
    ck_assert_int_eq(read_keys(made.files[0]), 0);
}
END_TEST

// systemd lets one user read a credential by an access list, whose mask is the group's mode.
START_TEST(a_credential_of_systemds_may_have_an_access_list)
{
    ck_assert_int_eq(chmod(made.files[0], 0440), 0);
    setenv("CREDENTIALS_DIRECTORY", "/nowhere", 1);
    refused(made.files[0], "chmod 600");
    setenv("CREDENTIALS_DIRECTORY", made.folder, 1);
    ck_assert_int_eq(read_keys(made.files[0]), 0);
    ck_assert_int_eq(chmod(made.files[0], 0444), 0);
    refused(made.files[0], "chmod 600");
    unsetenv("CREDENTIALS_DIRECTORY");
}
END_TEST

START_TEST(another_users_file_is_refused)
{
    if (geteuid() != 0)
        return; // nobody else can give files away
    ck_assert_int_eq(chown(made.files[0], 1, 0), 0);
    refused(made.files[0], "another user");
}
END_TEST

START_TEST(what_is_no_key_is_refused)
{
    refused(path, "cannot be read: No such file");
    refused(made.folder, "is not a file");
    write_file("");
    refused(path, "is not a key");
    write_file("garbage\n");
    refused(path, "is not a key");
    write_file("\ncurve\n    secret-key = \"short\"\n    public-key = \"short\"\n");
    refused(path, "is not a key");
    char text[512];
    tr_bus_keys keys;
    ck_assert_int_eq(tr_bus_keys_read(made.files[0], &keys, why, sizeof why), 0);
    zcert_t *one = zcert_new();
    zcert_t *other = zcert_new();
    snprintf(text, sizeof text, "#\n\ncurve\n    public-key = \"%s\"\n    secret-key = \"%s\"\n",
             zcert_public_txt(one), zcert_secret_txt(other));
    zcert_destroy(&one);
    zcert_destroy(&other);
    write_file(text);
    refused(path, "is damaged");
}
END_TEST

Suite *actors_bus_key_file_suite(void)
{
    Suite *suite = suite_create("actors/bus/key_file");
    TCase *tests = tcase_create("files");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, a_key_is_for_its_owner_alone_and_never_written_over);
    tcase_add_test(tests, it_is_a_certificate_of_czmq);
    tcase_add_test(tests, two_files_are_two_keys);
    tcase_add_test(tests, what_others_can_read_is_refused);
    tcase_add_test(tests, another_users_file_is_refused);
    tcase_add_test(tests, a_credential_of_systemds_may_have_an_access_list);
    tcase_add_test(tests, what_is_no_key_is_refused);
    suite_add_tcase(suite, tests);
    return suite;
}
