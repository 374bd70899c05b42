#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "sdk/session/state.h"
#include "troupe/err.h"
#include "troupe/pages/state.h"
#include "wire/writer.h"

struct plain {
    int count;
    double ratio;
};
TR_LAYOUT(struct plain, count, ratio);

struct before {
    short count;
};
TR_LAYOUT(struct before, count);

struct pointing {
    char *title;
    char *note;
    int64_t pages;
    double ratio;
    unsigned char tag[4];
};

struct larger {
    int count[9];
};
TR_LAYOUT(struct larger, count);

static int done;

static void save(const void *state, tr_saver *out)
{
    const struct pointing *self = state;
    tr_save_text(out, self->title);
    tr_save_text(out, self->note);
    tr_save_integer(out, self->pages);
    tr_save_number(out, self->ratio);
    tr_save_bytes(out, self->tag, sizeof self->tag);
}

static char *copy_of(tr_loader *in)
{
    size_t size;
    const char *text = tr_load_text(in, &size);
    return text != NULL ? strndup(text, size) : NULL;
}

static int load(void *state, tr_loader *in)
{
    struct pointing *self = state;
    size_t size;
    self->title = copy_of(in);
    self->note = copy_of(in);
    self->pages = tr_load_integer(in);
    self->ratio = tr_load_number(in);
    const void *tag = tr_load_bytes(in, &size);
    if (tag == NULL || size != sizeof self->tag)
        return TR_EINVALID;
    memcpy(self->tag, tag, size);
    return 0;
}

static void end(void *state)
{
    struct pointing *self = state;
    free(self->title);
    free(self->note);
    done++;
}

static int from_before(void *state, uint32_t version, tr_loader *in)
{
    struct plain *self = state;
    struct before old;
    size_t size;
    const void *bytes = tr_load_bytes(in, &size);
    if (version != 1 || bytes == NULL || size != sizeof old)
        return TR_EINVALID;
    memcpy(&old, bytes, size);
    self->count = old.count;
    return 0;
}

static const tr_app plain_app = {TR_STATE(struct plain, .version = 2)};
static const tr_app migrating_app = {TR_STATE(struct plain, .version = 2, .migrate = from_before)};
static const tr_app before_app = {TR_STATE(struct before, .version = 1)};
static const tr_app pointing_app = {TR_STATE_SAVED(struct pointing, save, load, .done = end)};
static const tr_app no_app = {.name = "no state"};

// Reads what `from` wrote of `state` into a new state of `to`. NULL: refused.
static void *pass(const tr_app *from, const void *state, const tr_app *to)
{
    tr_buf bytes = {0};
    tr_state_write(from, state, &bytes);
    tr_reader in = tr_reader_of(tr_buf_slice(&bytes));
    void *back = tr_state_new(to);
    int result = tr_state_read(to, &in, back);
    ck_assert(result == 0 || result == TR_EPROTOCOL);
    ck_assert(result < 0 || tr_reader_at_end(&in));
    tr_buf_done(&bytes);
    if (result == 0)
        return back;
    tr_state_free(back, to->state.done);
    return NULL;
}

START_TEST(a_plain_struct_is_its_bytes)
{
    struct plain *back = pass(&plain_app, &(struct plain){7, 0.5}, &plain_app);
    ck_assert_ptr_nonnull(back);
    ck_assert_int_eq(back->count, 7);
    ck_assert_double_eq(back->ratio, 0.5);
    tr_state_free(back, NULL);
}
END_TEST

START_TEST(a_struct_that_points_is_what_its_functions_write)
{
    struct pointing from = {.title = "Draft", .pages = -3, .ratio = 1.25, .tag = {1, 2, 3, 255}};
    struct pointing *back = pass(&pointing_app, &from, &pointing_app);
    ck_assert_ptr_nonnull(back);
    ck_assert_str_eq(back->title, "Draft");
    ck_assert_ptr_null(back->note);
    ck_assert_int_eq(back->pages, -3);
    ck_assert_double_eq(back->ratio, 1.25);
    ck_assert_int_eq(memcmp(back->tag, from.tag, 4), 0);
    tr_state_free(back, pointing_app.state.done);
    ck_assert_int_eq(done, 1);
}
END_TEST

START_TEST(an_older_version_is_migrated_or_else_refused)
{
    struct before old = {5};
    ck_assert_ptr_null(pass(&before_app, &old, &plain_app));
    struct plain *back = pass(&before_app, &old, &migrating_app);
    ck_assert_ptr_nonnull(back);
    ck_assert_int_eq(back->count, 5);
    tr_state_free(back, NULL);
    // A newer one nobody knows how to read.
    ck_assert_ptr_null(pass(&plain_app, &(struct plain){1, 1}, &before_app));
}
END_TEST

START_TEST(another_size_or_form_of_the_same_version_is_never_read)
{
    static const tr_app larger = {TR_STATE(struct larger, .version = 2)};
    static const tr_app same = {TR_STATE(struct plain)};
    ck_assert_ptr_null(pass(&plain_app, &(struct plain){7, 0.5}, &larger));
    ck_assert_ptr_null(pass(&same, &(struct plain){7, 0.5}, &pointing_app));
    ck_assert_ptr_null(pass(&pointing_app, &(struct pointing){0}, &same));
    ck_assert_int_ge(done, 1); // of what was read in vain
}
END_TEST

// Of the size of struct plain, each with one change.
struct renamed {
    int number;
    double ratio;
};
TR_LAYOUT(struct renamed, number, ratio);

struct retyped {
    float count;
    double ratio;
};
TR_LAYOUT(struct retyped, count, ratio);

struct moved {
    double ratio;
    int count;
};
TR_LAYOUT(struct moved, ratio, count);

struct inner {
    int count;
};
TR_LAYOUT(struct inner, count);

struct deeper {
    struct inner count;
    double ratio;
};
TR_LAYOUT(struct deeper, (count, struct inner), ratio);

struct other_inner {
    int number;
};
TR_LAYOUT(struct other_inner, number);

struct deeper_still {
    struct other_inner count;
    double ratio;
};
TR_LAYOUT(struct deeper_still, (count, struct other_inner), ratio);

START_TEST(another_layout_of_the_same_size_and_version_is_never_read)
{
    static const tr_app others[] = {{TR_STATE(struct renamed, .version = 2)},
                                    {TR_STATE(struct retyped, .version = 2)},
                                    {TR_STATE(struct moved, .version = 2)},
                                    {TR_STATE(struct deeper, .version = 2)},
                                    {TR_STATE(struct deeper_still, .version = 2)}};
    enum { COUNT = sizeof others / sizeof others[0] };
    for (int i = 0; i < COUNT; i++) {
        ck_assert_uint_eq(others[i].state_size, plain_app.state_size);
        ck_assert_ptr_null(pass(&others[i], &(struct plain){7, 0.5}, &plain_app));
        ck_assert_ptr_null(pass(&plain_app, &(struct plain){7, 0.5}, &others[i]));
        for (int other = 0; other < i; other++)
            ck_assert_ptr_null(pass(&others[i], &(struct plain){7, 0.5}, &others[other]));
        void *same = pass(&others[i], &(struct plain){7, 0.5}, &others[i]);
        ck_assert_ptr_nonnull(same);
        tr_state_free(same, NULL);
    }
}
END_TEST

static int from_renamed(void *state, uint32_t version, tr_loader *in)
{
    struct plain *self = state;
    struct renamed old;
    size_t size;
    const void *bytes = tr_load_bytes(in, &size);
    if (version != 2 || bytes == NULL || size != sizeof old)
        return TR_EINVALID;
    memcpy(&old, bytes, size);
    *self = (struct plain){old.number + 1, old.ratio};
    return 0;
}

START_TEST(another_layout_of_the_same_version_may_be_migrated)
{
    static const tr_app before = {TR_STATE(struct renamed, .version = 2)};
    static const tr_app now = {TR_STATE(struct plain, .version = 2, .migrate = from_renamed)};
    struct plain *back = pass(&before, &(struct renamed){7, 0.5}, &now);
    ck_assert_ptr_nonnull(back);
    ck_assert_int_eq(back->count, 8);
    tr_state_free(back, NULL);
    back = pass(&now, &(struct plain){7, 0.5}, &now);
    ck_assert_int_eq(back->count, 7); // its own is read as it is
    tr_state_free(back, NULL);
}
END_TEST

// As a program wrote it that knew of no layouts.
START_TEST(a_state_of_unknown_layout_is_not_read)
{
    tr_buf bytes = {0};
    tr_write_array(&bytes, 3);
    tr_write_unsigned(&bytes, 2);
    tr_write_unsigned(&bytes, sizeof(struct plain));
    tr_write_bytes(&bytes, (tr_slice){(const char *)&(struct plain){7, 0.5}, sizeof(struct plain)});
    tr_reader in = tr_reader_of(tr_buf_slice(&bytes));
    struct plain state = {0};
    ck_assert_int_eq(tr_state_read(&plain_app, &in, &state), TR_EPROTOCOL);
    ck_assert_int_eq(state.count, 0);
    tr_buf_done(&bytes);
}
END_TEST

START_TEST(an_app_without_state_reads_none)
{
    tr_buf bytes = {0};
    tr_state_write(&no_app, NULL, &bytes);
    tr_reader in = tr_reader_of(tr_buf_slice(&bytes));
    ck_assert_ptr_null(tr_state_new(&no_app));
    ck_assert_int_eq(tr_state_read(&no_app, &in, NULL), 0);
    tr_buf_done(&bytes);
}
END_TEST

START_TEST(bytes_that_end_too_soon_are_refused)
{
    struct pointing from = {.title = "Draft", .note = "n", .pages = 3};
    tr_buf bytes = {0};
    tr_state_write(&pointing_app, &from, &bytes);
    for (uint32_t size = 0; size < bytes.size; size++) {
        tr_reader in = tr_reader_of((tr_slice){(const char *)bytes.data, size});
        void *state = tr_state_new(&pointing_app);
        ck_assert_int_eq(tr_state_read(&pointing_app, &in, state), TR_EPROTOCOL);
        tr_state_free(state, pointing_app.state.done);
    }
    // The app's own function reads past the end, too.
    tr_buf cut = {0};
    tr_write_array(&cut, 4);
    tr_write_unsigned(&cut, 0);
    tr_write_unsigned(&cut, 0);
    tr_write_unsigned(&cut, 0);
    tr_write_bytes(&cut, TR_SLICE("\xa5"
                                  "Draft"));
    tr_reader in = tr_reader_of(tr_buf_slice(&cut));
    void *state = tr_state_new(&pointing_app);
    ck_assert_int_eq(tr_state_read(&pointing_app, &in, state), TR_EPROTOCOL);
    tr_state_free(state, pointing_app.state.done);
    tr_buf_done(&cut);
    tr_buf_done(&bytes);
}
END_TEST

Suite *state_suite(void);
Suite *state_suite(void)
{
    Suite *suite = suite_create("sdk/session/state");
    TCase *tcase = tcase_create("state");
    tcase_add_test(tcase, a_plain_struct_is_its_bytes);
    tcase_add_test(tcase, a_struct_that_points_is_what_its_functions_write);
    tcase_add_test(tcase, an_older_version_is_migrated_or_else_refused);
    tcase_add_test(tcase, another_size_or_form_of_the_same_version_is_never_read);
    tcase_add_test(tcase, another_layout_of_the_same_size_and_version_is_never_read);
    tcase_add_test(tcase, another_layout_of_the_same_version_may_be_migrated);
    tcase_add_test(tcase, a_state_of_unknown_layout_is_not_read);
    tcase_add_test(tcase, an_app_without_state_reads_none);
    tcase_add_test(tcase, bytes_that_end_too_soon_are_refused);
    suite_add_tcase(suite, tcase);
    return suite;
}
