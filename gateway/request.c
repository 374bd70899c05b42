#include "gateway/request.h"

#include <string.h>

#include "base/number.h"

static bool is_made_of(tr_slice text, const char *characters)
{
    for (uint32_t i = 0; i < text.size; i++)
        if (text.data[i] == '\0' || strchr(characters, text.data[i]) == NULL)
            return false;
    return true;
}

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// Cuts ":PORT" off; false: what stands there is no port.
static bool cut_port(tr_slice *text)
{
    const char *bracket = memchr(text->data, ']', text->size);
    const char *begin = bracket != NULL ? bracket : text->data;
    const char *colon = memchr(begin, ':', text->size - (size_t)(begin - text->data));
    if (colon == NULL)
        return true;
    uint32_t size = (uint32_t)(colon - text->data);
    tr_slice port = {colon + 1, text->size - size - 1};
    text->size = size;
    return port.size <= 5 && is_made_of(port, DIGITS);
}

bool tr_request_is_host(tr_slice text)
{
    if (text.size == 0 || !cut_port(&text) || text.size == 0)
        return false;
    if (text.data[0] == '[')
        return text.size > 2 && text.data[text.size - 1] == ']' &&
               is_made_of((tr_slice){text.data + 1, text.size - 2}, DIGITS "abcdefABCDEF:.%");
    return is_made_of(text, LETTERS DIGITS "-._~%!$&'()*+,;=");
}

static bool is_word(tr_slice text, const char *word)
{
    return text.size == strlen(word) && tr_compare_caseless_n(text.data, word, text.size) == 0;
}

static tr_request_verdict refuse(const char *text)
{
    return (tr_request_verdict){.status = 400, .text = text};
}

tr_request_verdict tr_request_judge(const tr_request_head *head)
{
    if (head->host_count > 1)
        return refuse("A request names one Host, not several.\n");
    if (head->host_count == 0 && !head->is_old)
        return refuse("A request names its Host.\n");
    if (head->host_count != 0 && !tr_request_is_host(head->host))
        return refuse("That is no Host: a name or an address, and a port.\n");
    if (head->has_transfer_encoding && !head->takes_chunks)
        return refuse("Requests with a Transfer-Encoding are not taken here.\n");
    if (head->has_transfer_encoding && (head->is_old || head->content_length_count != 0 ||
                                        !is_word(head->transfer_encoding, "chunked")))
        return refuse(
            "That Transfer-Encoding is not taken here, or not beside a Content-Length.\n");
    if (head->content_length_count > 1)
        return refuse("A request has one Content-Length, not several.\n");
    tr_slice length = head->content_length;
    uint64_t number = 0;
    if (head->content_length_count != 0 && !tr_digits_parse(length, &number))
        return refuse("That is no Content-Length.\n");
    return (tr_request_verdict){.has_body = head->has_transfer_encoding || number != 0,
                                .is_chunked = head->has_transfer_encoding,
                                .has_length = head->content_length_count != 0,
                                .length = number};
}
