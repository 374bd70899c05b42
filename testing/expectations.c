// The controls that a user of the page sees.

#include <stdio.h>
#include <string.h>

#include "testing/captured_log.h"
#include "testing/driver.h"

static const char *in_words(const tr_test_query *query)
{
    static _Thread_local char words[512];
    tr_buf text = {0};
    tr_seen_print_query(query, &text);
    snprintf(words, sizeof words, "%s", text.size != 0 ? tr_buf_text(&text) : "(any)");
    tr_buf_done(&text);
    return words;
}

unsigned tr_test_count_of(tr_test_page *page, const tr_test_query *query)
{
    tr_seen ignored;
    tr_test_settle(page);
    return tr_seen_find(page->seen, query, 1, &ignored);
}

void tr_test_expect_at(tr_test_page *page, tr_test_place at, const tr_test_query *query)
{
    unsigned count = tr_test_count_of(page, query);
    if (count == 0 || count < query->nth)
        tr_test_fail(page, at, "expected %s: there are %u", in_words(query), count);
}

void tr_test_expect_none_at(tr_test_page *page, tr_test_place at, const tr_test_query *query)
{
    unsigned count = tr_test_count_of(page, query);
    if (count != 0)
        tr_test_fail(page, at, "expected no %s: there are %u", in_words(query), count);
}

void tr_test_expect_count_at(tr_test_page *page, tr_test_place at, unsigned count,
                             const tr_test_query *query)
{
    unsigned seen = tr_test_count_of(page, query);
    if (seen != count)
        tr_test_fail(page, at, "expected %u of %s: there are %u", count, in_words(query), seen);
}

static tr_seen one_of(tr_test_page *page, tr_test_place at, const tr_test_query *query)
{
    tr_seen seen = {0};
    tr_test_settle(page);
    unsigned count = tr_seen_find(page->seen, query, query->nth != 0 ? query->nth : 1, &seen);
    if (seen.control == NULL)
        tr_test_fail(page, at, "expected %s: there are %u", in_words(query), count);
    return seen;
}

void tr_test_expect_property_at(tr_test_page *page, tr_test_place at, const char *property,
                                const char *value, const tr_test_query *query)
{
    const cm_value *control = one_of(page, at, query).control;
    char is[512] = "not set";
    bool is_set = !tr_cm_is_default(control, property);
    if (is_set) {
        tr_buf text = {0};
        tr_seen_print_value(tr_cm_get(control, property), &text);
        snprintf(is, sizeof is, "%s", tr_buf_text(&text));
        tr_buf_done(&text);
    }
    if (is_set != (value != NULL) || (is_set && strcmp(is, value) != 0))
        tr_test_fail(page, at, "expected %s of %s to be %s: it is %s", property, in_words(query),
                     value != NULL ? value : "not set", is);
}

void tr_test_wait_for_at(tr_test_page *page, tr_test_place at, uint64_t within_ms,
                         const tr_test_query *query)
{
    enum { STEP_MS = 10 };
    uint64_t left = within_ms;
    while (tr_test_count_of(page, query) < (query->nth != 0 ? query->nth : 1)) {
        if (left == 0)
            tr_test_fail(page, at, "waited %llu ms in vain for %s", (unsigned long long)within_ms,
                         in_words(query));
        uint64_t step = left < STEP_MS ? left : STEP_MS;
        tr_test_advance(page, step);
        left -= step;
    }
}

const char *tr_test_text_at(tr_test_page *page, tr_test_place at, const tr_test_query *query)
{
    return tr_seen_main_text(one_of(page, at, query).control, &page->text);
}

void tr_test_expect_log_at(tr_test_page *page, tr_test_place at, const char *part)
{
    if (strstr(tr_test_log(page), part) == NULL)
        tr_test_fail(page, at, "expected \"%s\" in the log", part);
}
