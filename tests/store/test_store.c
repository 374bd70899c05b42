#include "store/store.h"

#include <check.h>
#include <string.h>

#include "troupe/err.h"

static char why[256];
static uint64_t identity;

static const struct {
    const char *url;
    int result;
    const char *says;
} urls[] = {
    {"memory", 0, ""},
    {"lmdb:/var/lib/app/sessions", 0, ""},
    {"postgres://ada@db.example.org/app", 0, ""},
    {"postgresql://a.example.org,b.example.org/app?target_session_attrs=any", 0, ""},
    {"", TR_EINVALID, "postgres://"},
    {"redis://localhost", TR_EINVALID, "postgres://"},
    {"memory:x", TR_EINVALID, "nothing follows"},
    {"lmdb:", TR_EINVALID, "the path"},
    {"postgres://ada@host:port/app?nonsense=1", TR_EINVALID, "nonsense"},
};
enum { URLS = sizeof urls / sizeof *urls };

START_TEST(a_url_is_told_from_its_text)
{
    why[0] = '\0';
    ck_assert_int_eq(tr_store_check_url(urls[_i].url, why, sizeof why), urls[_i].result);
    ck_assert_msg(strstr(why, urls[_i].says) != NULL, "%s: %s", urls[_i].url, why);
}
END_TEST

static const struct {
    const char *url;
    const char *shown;
} shown[] = {
    {"lmdb:/var/lib/app:x@y", "lmdb:/var/lib/app:x@y"},
    {"postgres://ada@db/app", "postgres://ada@db/app"},
    {"postgres://ada:secret@db/app", "postgres://ada:***@db/app"},
    {"postgres://ada:se@cret@db/app?sslmode=require", "postgres://ada:***@db/app?sslmode=require"},
    {"postgres://db/app?user=ada&password=secret&sslmode=require",
     "postgres://db/app?user=ada&password=***&sslmode=require"},
    {"postgres://ada:secret@db/app?password=other", "postgres://ada:***@db/app?password=***"},
    {"postgres://ada:se/cret?@db/app", "postgres://ada:***@db/app"},
    {"postgres://ada@db:5432/app?SSLPassword=secret", "postgres://ada@db:5432/app?SSLPassword=***"},
    {"postgres://db:5432/app?user=ada&password=sec@ret", "postgres://db:***"},
    {"postgres://db:5432/app?user=ada&PassWord=s@cr@t&sslmode=require",
     "postgres://db:***&sslmode=require"},
    {"postgres://ada:secret@db/app?password=sec@ret&sslmode=require",
     "postgres://ada:***&sslmode=require"},
    {"postgres://db:5432/app?password=se@c&sslpassword=r@et", "postgres://db:***"},
    {"postgres://db/app?user=ada&password=sec@ret", "postgres://db/app?user=ada&password=***"},
    {"mysql:ada:secret@db", "mysql:***@db"},
};
enum { SHOWN = sizeof shown / sizeof *shown };

START_TEST(a_password_is_not_shown)
{
    char text[128];
    tr_store_public_url(shown[_i].url, text, sizeof text);
    ck_assert_str_eq(text, shown[_i].shown);
}
END_TEST

START_TEST(a_line_for_people_is_one_line)
{
    ck_assert_int_lt(
        tr_store_prepare("postgres://ada@/x?host=/nowhere", &identity, why, sizeof why), 0);
    ck_assert_ptr_null(strpbrk(why, "\n\t"));
    ck_assert_ptr_nonnull(strstr(why, "/nowhere"));
}
END_TEST

Suite *store_suite(void);
Suite *store_suite(void)
{
    Suite *suite = suite_create("store/store");
    TCase *tests = tcase_create("urls");
    tcase_add_loop_test(tests, a_url_is_told_from_its_text, 0, URLS);
    tcase_add_loop_test(tests, a_password_is_not_shown, 0, SHOWN);
    tcase_add_test(tests, a_line_for_people_is_one_line);
    suite_add_tcase(suite, tests);
    return suite;
}
