#include "testing/recording_text.h"

#include <string.h>

#include "base/mem.h"
#include "testing/json.h"
#include "troupe/err.h"
#include "wire/reader.h"

bool tr_recording_skip(const char **at, const char *word)
{
    size_t size = strlen(word);
    if (strncmp(*at, word, size) != 0)
        return false;
    *at += size;
    return true;
}

// Behind the second quote; NULL: there are no two.
static const char *find_end(const char *at)
{
    if (*at++ != '"')
        return NULL;
    while (*at != '\0' && *at != '"')
        at += *at == '\\' && at[1] != '\0' ? 2 : 1;
    return *at == '"' ? at + 1 : NULL;
}

static int read(const char *json, char **out)
{
    tr_buf value = {0};
    int result = tr_json_write(json, &value);
    tr_reader in = tr_reader_of(tr_buf_slice(&value));
    tr_slice text = tr_reader_text(&in);
    if (result < 0 || in.failed || memchr(text.data, '\0', text.size) != NULL)
        result = TR_EMALFORMED;
    else
        *out = tr_copy_text(text.data, text.size);
    tr_buf_done(&value);
    return result;
}

int tr_recording_quoted(const char **at, char **out)
{
    const char *end = find_end(*at);
    if (end == NULL)
        return TR_ENOTFOUND;
    char *json = tr_copy_text(*at, (size_t)(end - *at));
    int result = read(json, out);
    tr_free(json);
    *at = end;
    return result;
}
