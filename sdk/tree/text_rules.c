#include "sdk/tree/text_rules.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <locale.h>
#include <pcre2.h>
#include <pthread.h>
#include <string.h>
#include <wctype.h>

#include "base/log.h"
#include "base/log_budget.h"
#include "wire/limits.h"
#include "wire/reader.h"
#include "wire/scan.h"

// Of one text: the items of a pattern that are tried, and the bytes that are read for them.
enum { WORK_CAP = 1000000 };
enum { STEPS_CAP = 100000, HEAP_CAP_KIB = 4096 }; // of one start in it
enum capitals { NONE, CHARACTERS, WORDS, SENTENCES };

typedef struct filter {
    tr_slice pattern;
    tr_slice replacement;
    bool allows;
    uint32_t options;
} filter;

static bool flag_in(tr_slice map, const char *name, bool otherwise)
{
    tr_reader in = tr_reader_find(map, name);
    return tr_reader_peek(&in) == TR_KIND_BOOLEAN ? tr_reader_boolean(&in) : otherwise;
}

static tr_slice text_in(tr_slice map, const char *name)
{
    tr_reader in = tr_reader_find(map, name);
    return tr_reader_peek(&in) == TR_KIND_TEXT ? tr_reader_text(&in) : (tr_slice){0};
}

static enum capitals capitals_of(const tr_node *field)
{
    tr_value value = tr_node_value(field, TR_PROP_CAPITALIZATION);
    tr_slice how = value.kind == TR_VALUE_TEXT ? value.slice : (tr_slice){0};
    return tr_slice_is(how, "characters")  ? CHARACTERS
           : tr_slice_is(how, "words")     ? WORDS
           : tr_slice_is(how, "sentences") ? SENTENCES
                                           : NONE;
}

static bool filter_of(const tr_node *field, filter *out)
{
    tr_value value = tr_node_value(field, TR_PROP_INPUT_FILTER);
    if (value.kind != TR_VALUE_RAW)
        return false;
    *out = (filter){.pattern = text_in(value.slice, "regex_string"),
                    .replacement = text_in(value.slice, "replacement_string"),
                    .allows = flag_in(value.slice, "allow", true),
                    .options = PCRE2_UTF | PCRE2_ALT_BSUX | PCRE2_DOLLAR_ENDONLY |
                               PCRE2_ALLOW_EMPTY_CLASS | PCRE2_MATCH_UNSET_BACKREF |
                               PCRE2_AUTO_CALLOUT | PCRE2_NEVER_BACKSLASH_C};
    out->options |= flag_in(value.slice, "multiline", false) ? PCRE2_MULTILINE : 0;
    // What is to be written in capitals may be typed without, and the other way round.
    bool is_exact = flag_in(value.slice, "case_sensitive", true) && capitals_of(field) == NONE;
    out->options |= is_exact ? 0 : PCRE2_CASELESS;
    out->options |= flag_in(value.slice, "dot_all", false) ? PCRE2_DOTALL : 0;
    return out->pattern.size != 0;
}

static pcre2_code *compile(const tr_node *field, const filter *self)
{
    int problem;
    size_t at;
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)self->pattern.data, self->pattern.size,
                                     self->options, &problem, &at, NULL);
    uint32_t left_out;
    if (code == NULL && tr_log_may(tr_log_kind(0, "bad_filter", 10), &left_out))
        tr_log(TR_LOG_WARN, "event=input_filter_is_no_pattern control=%u at=%zu pattern=%.*s",
               field->id, at, (int)self->pattern.size, self->pattern.data);
    return code;
}

// Of one search after the other.
typedef struct search {
    pcre2_code *code;
    pcre2_match_data *found;
    pcre2_match_context *limits;
    tr_slice text;
    size_t from;
    size_t start; // of what was found
    size_t end;
    size_t work;
    size_t at; // where the last item was tried
} search;

// Before each item of a pattern. PCRE2's own limits are those of one start, and do not count what one
// item reads.
static int count_work(pcre2_callout_block *block, void *context)
{
    search *self = context;
    size_t at = block->current_position;
    self->work += 1 + (at > self->at ? at - self->at : self->at - at);
    self->at = at;
    return self->work > WORK_CAP ? PCRE2_ERROR_MATCHLIMIT : 0;
}

static void search_begin(search *self, pcre2_code *code, tr_slice text)
{
    *self = (search){.code = code, .text = text};
    self->found = pcre2_match_data_create_from_pattern(code, NULL);
    self->limits = pcre2_match_context_create(NULL);
    pcre2_set_match_limit(self->limits, STEPS_CAP);
    pcre2_set_depth_limit(self->limits, STEPS_CAP);
    pcre2_set_heap_limit(self->limits, HEAP_CAP_KIB);
    (void)pcre2_set_callout(self->limits, count_work, self);
}

static void search_done(search *self)
{
    pcre2_match_data_free(self->found);
    pcre2_match_context_free(self->limits);
    pcre2_code_free(self->code);
}

static size_t next_letter(tr_slice text, size_t at)
{
    at++;
    while (at < text.size && ((unsigned char)text.data[at] & 0xc0) == 0x80)
        at++;
    return at;
}

// 1: found; 0: no more; below: it takes too long.
static int search_next(search *self)
{
    if (self->from > self->text.size)
        return 0;
    int result = pcre2_match(self->code, (PCRE2_SPTR)self->text.data, self->text.size, self->from,
                             PCRE2_NO_UTF_CHECK, self->found, self->limits);
    if (result == PCRE2_ERROR_NOMATCH)
        return 0;
    if (result < 0)
        return -1;
    const size_t *ends = pcre2_get_ovector_pointer(self->found);
    self->start = ends[0];
    self->end = ends[1] > ends[0] ? ends[1] : ends[0];
    self->from = self->end > self->start ? self->end : next_letter(self->text, self->end);
    return 1;
}

static void add(tr_buf *out, tr_slice text, size_t from, size_t to)
{
    tr_buf_append(out, text.data + from, to - from);
}

static void add_region(tr_buf *out, const filter *self, tr_slice text, size_t from, size_t to,
                       bool is_match)
{
    if (is_match == self->allows)
        add(out, text, from, to);
    else if (from != to)
        add(out, self->replacement, 0, self->replacement.size);
}

static void filter_text(const filter *self, search *at, tr_slice now, tr_buf *out)
{
    size_t done = 0;
    bool is_any = false;
    int result;
    while ((result = search_next(at)) > 0) {
        is_any = true;
        add_region(out, self, at->text, done, at->start, false);
        add_region(out, self, at->text, at->start, at->end, true);
        done = at->end;
    }
    add_region(out, self, at->text, done, at->text.size, false);
    if (result < 0 || (!is_any && self->allows)) {
        out->size = 0;
        add(out, now, 0, now.size);
    }
}

static void apply_filter(const tr_node *field, tr_slice now, tr_buf *text)
{
    filter self;
    if (text->size == 0 || !filter_of(field, &self))
        return;
    tr_buf out = {0};
    pcre2_code *code = compile(field, &self);
    if (code == NULL)
        return;
    if (text->size > TR_FILTERED_TEXT_CAP_BYTES) {
        pcre2_code_free(code);
        add(&out, now, 0, now.size);
    } else {
        search at;
        search_begin(&at, code, tr_buf_slice(text));
        filter_text(&self, &at, now, &out);
        search_done(&at);
    }
    // The app's replacement need not be text.
    if (out.size != 0 && !tr_scan_is_utf8(out.data, out.size)) {
        out.size = 0;
        add(&out, now, 0, now.size);
    }
    tr_buf_done(text);
    *text = out;
}

// -- capitals --

static locale_t letters;
static pthread_once_t letters_once = PTHREAD_ONCE_INIT;

static void find_letters(void)
{
    letters = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

static uint32_t read_letter(tr_slice text, size_t at, size_t end)
{
    unsigned char first = (unsigned char)text.data[at];
    uint32_t code = end - at == 1   ? first
                    : end - at == 2 ? first & 0x1fu
                    : end - at == 3 ? first & 0x0fu
                                    : first & 0x07u;
    for (size_t i = at + 1; i < end; i++)
        code = code << 6 | ((unsigned char)text.data[i] & 0x3fu);
    return code;
}

static void write_letter(tr_buf *out, uint32_t code)
{
    uint8_t *at = tr_buf_reserve(out, 4);
    unsigned size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const uint8_t heads[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (unsigned i = size; i-- > 1; code >>= 6)
        at[i] = (uint8_t)(0x80 | (code & 0x3f));
    at[0] = (uint8_t)(heads[size] | code);
    out->size += size;
}

static bool is_space(uint32_t code)
{
    return code == ' ' || (code >= '\t' && code <= '\r') || code == 0xa0;
}

static void apply_capitals(const tr_node *field, tr_buf *text)
{
    enum capitals how = capitals_of(field);
    (void)pthread_once(&letters_once, find_letters);
    if (how == NONE || letters == (locale_t)0)
        return;
    tr_buf out = {0};
    tr_slice from = tr_buf_slice(text);
    bool is_due = true;
    for (size_t at = 0, end; at < from.size; at = end) {
        end = next_letter(from, at);
        uint32_t code = read_letter(from, at, end);
        if (is_due || how == CHARACTERS)
            write_letter(&out, (uint32_t)towupper_l((wint_t)code, letters));
        else
            add(&out, from, at, end);
        bool ends_sentence = code == '.' || code == '!' || code == '?' || code == '\n';
        if (how == WORDS)
            is_due = is_space(code);
        else
            is_due = ends_sentence || (is_due && is_space(code));
    }
    tr_buf_done(text);
    *text = out;
}

// -- length --

// As many clusters as there are, but `most`; `out_end`: where those end.
static uint32_t count_clusters(tr_slice text, uint32_t most, size_t *out_end)
{
    int problem;
    size_t at;
    pcre2_code *code =
        pcre2_compile((PCRE2_SPTR) "\\X", 2, PCRE2_UTF | PCRE2_NO_UTF_CHECK, &problem, &at, NULL);
    uint32_t count = 0;
    *out_end = 0;
    if (code == NULL)
        return 0;
    search all;
    search_begin(&all, code, text);
    while (count < most && search_next(&all) > 0 && all.end > all.start) {
        *out_end = all.end;
        count++;
    }
    search_done(&all);
    return count;
}

static void apply_length(const tr_node *field, tr_slice now, tr_buf *text)
{
    tr_value value = tr_node_value(field, TR_PROP_MAX_LENGTH);
    int64_t most = value.kind == TR_VALUE_INTEGER ? value.integer : 0;
    if (most <= 0 || text->size <= (uint64_t)most)
        return;
    size_t end;
    size_t whole;
    uint32_t cap = most < UINT32_MAX ? (uint32_t)most : UINT32_MAX;
    (void)count_clusters(tr_buf_slice(text), cap, &end);
    if (end == text->size)
        return;
    uint32_t held = count_clusters(now, UINT32_MAX, &whole);
    if (held > cap && count_clusters(tr_buf_slice(text), UINT32_MAX, &whole) <= held)
        return;
    if (held < cap) {
        text->size = end;
        return;
    }
    text->size = 0;
    add(text, now, 0, now.size);
}

bool tr_text_rules_change(const tr_node *field, tr_slice now, tr_slice typed, tr_buf *out)
{
    if (typed.size == 0 || !tr_scan_is_utf8(typed.data, typed.size) ||
        (now.size != 0 && !tr_scan_is_utf8(now.data, now.size)))
        return false;
    add(out, typed, 0, typed.size);
    apply_filter(field, now, out);
    apply_capitals(field, out);
    apply_length(field, now, out);
    return !tr_slice_equal(tr_buf_slice(out), typed);
}
