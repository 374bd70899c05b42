#include "gateway/head_judge.h"
#include "base/number.h"

#include <string.h>

#include "wire/limits.h"

static const tr_first_refusal malformed_line = {
    400, "Bad Request", "The first line of this request is not METHOD PATH HTTP/1.1.\n"};
static const tr_first_refusal no_path = {
    400, "Bad Request", "What is asked for must be a path of this server, which begins with /.\n"};
static const tr_first_refusal zero_byte = {400, "Bad Request",
                                           "The address has a zero byte (%00) in it.\n"};
static const tr_first_refusal bad_escape = {
    400, "Bad Request", "The address has a % in it without two hexadecimal digits behind it.\n"};
static const tr_first_refusal line_break = {
    400, "Bad Request", "The address has an escaped line break in it, which none may have.\n"};
static const tr_first_refusal no_version = {505, "HTTP Version Not Supported",
                                            "HTTP/1.1 and HTTP/1.0 are spoken here.\n"};
static const tr_first_refusal bad_byte = {
    400, "Bad Request", "A header of this request has a zero byte, or a CR without LF, in it.\n"};
static const tr_first_refusal folded = {
    400, "Bad Request",
    "A header of this request goes on in a second line, which no header may.\n"};
static const tr_first_refusal no_colon = {400, "Bad Request",
                                          "A header line of this request has no colon.\n"};
static const tr_first_refusal no_name = {
    400, "Bad Request",
    "The name of a header of this request is empty or has a character in it "
    "that none may have.\n"};
static const tr_first_refusal no_upgrade = {
    400, "Bad Request", "No other upgrade than that to websocket is taken here.\n"};
static const tr_first_refusal no_value = {400, "Bad Request",
                                          "A header that says where the body ends has no value.\n"};
static const tr_first_refusal cut_name = {
    400, "Bad Request",
    "A header of this request has the beginning of a known name for its name, "
    "as X or If, which is not taken here.\n"};

static const tr_first_refusal many_lines = {431, "Request Header Fields Too Large",
                                            "This request has more than 256 headers.\n"};
static const tr_first_refusal many_fields = {
    431, "Request Header Fields Too Large",
    "This request has more headers, and parameters in its address, than the 84 that are taken "
    "here.\n"};
_Static_assert(TR_HEAD_LINES_CAP == 256 && TR_HEAD_FIELDS_CAP == 84, "the texts say so");

// Without its end, CRLF or LF alone, which RFC 9112 section 2.2 allows to be taken. False: there is
// none any more.
static bool next_line(tr_slice *rest, tr_slice *line)
{
    const char *end = memchr(rest->data, '\n', rest->size);
    if (end == NULL)
        return false;
    *line = (tr_slice){rest->data, (uint32_t)(end - rest->data)};
    rest->data += line->size + 1;
    rest->size -= line->size + 1;
    if (line->size != 0 && line->data[line->size - 1] == '\r')
        line->size--;
    return true;
}

static bool has_bad_byte(tr_slice line)
{
    return line.size != 0 && (memchr(line.data, '\0', line.size) != NULL ||
                              memchr(line.data, '\r', line.size) != NULL);
}

// RFC 9110 section 5.6.2.
static bool is_token(tr_slice text)
{
    for (uint32_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool is_digit = c >= '0' && c <= '9';
        if (!is_letter && !is_digit && (c == '\0' || strchr("!#$%&'*+-.^_`|~", c) == NULL))
            return false;
    }
    return text.size != 0;
}

// The part up to the next space, which is taken off, too.
static bool next_word(tr_slice *rest, tr_slice *word)
{
    const char *end = rest->size != 0 ? memchr(rest->data, ' ', rest->size) : NULL;
    if (end == NULL)
        return false;
    *word = (tr_slice){rest->data, (uint32_t)(end - rest->data)};
    rest->data += word->size + 1;
    rest->size -= word->size + 1;
    return true;
}

static bool has_control(tr_slice text)
{
    for (uint32_t i = 0; i < text.size; i++)
        if ((unsigned char)text.data[i] < ' ' || text.data[i] == '\x7f')
            return true;
    return false;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const tr_first_refusal *judge_version(tr_slice text)
{
    bool is_version = text.size == 8 && memcmp(text.data, "HTTP/", 5) == 0 &&
                      is_digit(text.data[5]) && text.data[6] == '.' && is_digit(text.data[7]);
    if (!is_version)
        return &malformed_line;
    return tr_slice_is(text, "HTTP/1.1") || tr_slice_is(text, "HTTP/1.0") ? NULL : &no_version;
}

static const tr_first_refusal *judge_escaped(int byte)
{
    return byte == 0 ? &zero_byte : byte == '\n' || byte == '\r' ? &line_break : NULL;
}

// libwebsockets would close without a word, or answer with a page of its own; what is behind an escaped line
// break it takes for headers.
static const tr_first_refusal *judge_escapes(tr_slice target, bool is_whole)
{
    const tr_first_refusal *why = NULL;
    unsigned due = 0; // digits of the escape
    int byte = 0;
    for (uint32_t i = 0; i < target.size && why == NULL; i++) {
        int digit = tr_hex_digit(target.data[i]);
        if (due == 0) {
            due = target.data[i] == '%' ? 2 : 0;
            continue;
        }
        byte = due == 2 ? digit : byte << 4 | digit;
        due--;
        why = digit < 0 ? &bad_escape : due == 0 ? judge_escaped(byte) : NULL;
    }
    return why == NULL && due != 0 && is_whole ? &bad_escape : why;
}

static const tr_first_refusal *judge_target(tr_slice target, bool is_whole)
{
    if (target.size == 0 || has_control(target))
        return &malformed_line;
    return target.data[0] == '/' ? judge_escapes(target, is_whole) : &no_path;
}

static const tr_first_refusal *judge_request_line(tr_slice line)
{
    tr_slice method;
    tr_slice target;
    if (has_bad_byte(line))
        return &bad_byte;
    if (!next_word(&line, &method) || !next_word(&line, &target) || !is_token(method) ||
        target.size == 0 || has_control(target))
        return &malformed_line;
    const tr_first_refusal *why = judge_version(line);
    return why == NULL ? judge_target(target, true) : why;
}

typedef struct count {
    unsigned lines;
    unsigned fields;
} count;

// libwebsockets parts the address at these, in its path, too.
static unsigned count_parameters(tr_slice target)
{
    unsigned found = 0;
    for (uint32_t i = 0; i < target.size; i++)
        found += target.data[i] == '&' || target.data[i] == ';';
    return found;
}

static const tr_first_refusal *judge_count(const count *counted)
{
    if (counted->lines > TR_HEAD_LINES_CAP)
        return &many_lines;
    return counted->fields > TR_HEAD_FIELDS_CAP ? &many_fields : NULL;
}

static bool ends_body(tr_slice name)
{
    return tr_slice_is_caseless(name, "content-length") ||
           tr_slice_is_caseless(name, "transfer-encoding");
}

static bool is_blank(tr_slice value)
{
    for (uint32_t i = 0; i < value.size; i++)
        if (value.data[i] != ' ' && value.data[i] != '\t')
            return false;
    return true;
}

// libwebsockets would answer others with a page of its own.
static bool is_known_upgrade(tr_slice value)
{
    while (value.size != 0 && (*value.data == ' ' || *value.data == '\t')) {
        value.data++;
        value.size--;
    }
    return value.size == 0 || tr_slice_is_caseless(value, "websocket") ||
           tr_slice_is_caseless(value, "h2c");
}

static const tr_first_refusal *judge_header(tr_slice line, count *io)
{
    if (has_bad_byte(line))
        return &bad_byte;
    if (line.data[0] == ' ' || line.data[0] == '\t')
        return &folded;
    const char *colon = memchr(line.data, ':', line.size);
    if (colon == NULL)
        return &no_colon;
    tr_slice name = {line.data, (uint32_t)(colon - line.data)};
    if (!is_token(name))
        return &no_name;
    if (ends_body(name) && is_blank((tr_slice){colon + 1, line.size - name.size - 1}))
        return &no_value;
    if (tr_slice_is_caseless(name, "upgrade") &&
        !is_known_upgrade((tr_slice){colon + 1, line.size - name.size - 1}))
        return &no_upgrade;
    enum tr_head_name kind = tr_head_name_kind(name);
    io->lines++;
    io->fields += kind == TR_HEAD_NAME_KNOWN;
    return kind == TR_HEAD_NAME_CUT ? &cut_name : judge_count(io);
}

static const tr_first_refusal *judge_part_of_line(tr_slice line)
{
    tr_slice method;
    tr_slice target;
    if (!next_word(&line, &method) || line.size == 0)
        return NULL;
    bool is_whole = next_word(&line, &target);
    count counted = {.fields = count_parameters(line)};
    const tr_first_refusal *why = judge_target(is_whole ? target : line, is_whole);
    return why == NULL ? judge_count(&counted) : why;
}

const tr_first_refusal *tr_head_judge_part(const char *bytes, size_t size)
{
    tr_slice rest = {bytes, (uint32_t)size};
    tr_slice line;
    if (!next_line(&rest, &line))
        return judge_part_of_line(rest);
    const tr_first_refusal *why = judge_request_line(line);
    count counted = {.fields = count_parameters(line)};
    why = why == NULL ? judge_count(&counted) : why;
    while (why == NULL && next_line(&rest, &line) && line.size != 0)
        why = judge_header(line, &counted);
    return why;
}

const tr_first_refusal *tr_head_judge(const char *bytes, size_t size)
{
    return memchr(bytes, '\n', size) != NULL ? tr_head_judge_part(bytes, size) : &malformed_line;
}
