#include "auth/token_answer.h"

#include "base/mem.h"
#include "base/number.h"
#include "crypto/digest.h"
#include "troupe/err.h"

enum { TOKEN_CAP_BYTES = 32 * 1024, TEXT_CAP_BYTES = 1024, LIFE_CAP_S = 10 * 366 * 86400 };

static char *copy(const tr_json *answer, const char *name, uint32_t cap)
{
    tr_slice text = tr_json_text(answer, name);
    return text.size != 0 && text.size <= cap ? tr_copy_text(text.data, text.size) : NULL;
}

// It goes into a header.
static bool is_sayable(const char *token)
{
    for (; *token != '\0'; token++)
        if ((unsigned char)*token <= ' ' || (unsigned char)*token >= 0x7f)
            return false;
    return true;
}

static int read_tokens(const tr_json *answer, tr_token_answer *out)
{
    tr_slice type = tr_json_text(answer, "token_type");
    bool is_bearer = type.size == 6 && tr_compare_caseless_n(type.data, "bearer", 6) == 0;
    out->access_token = copy(answer, "access_token", TOKEN_CAP_BYTES);
    if (out->access_token == NULL || !is_bearer || !is_sayable(out->access_token))
        return TR_EMALFORMED;
    out->refresh_token = copy(answer, "refresh_token", TOKEN_CAP_BYTES);
    out->id_token = copy(answer, "id_token", TOKEN_CAP_BYTES);
    out->scopes = copy(answer, "scope", TEXT_CAP_BYTES);
    if (tr_json_number(answer, "expires_in", &out->expires_in_s) && out->expires_in_s > LIFE_CAP_S)
        out->expires_in_s = LIFE_CAP_S;
    return 0;
}

int tr_token_answer_read(tr_slice body, tr_token_answer *out)
{
    tr_json *answer = NULL;
    *out = (tr_token_answer){0};
    int result = tr_json_read(body, &answer);
    if (result < 0)
        return TR_EMALFORMED;
    out->error = copy(answer, "error", TEXT_CAP_BYTES);
    if (out->error != NULL)
        out->description = copy(answer, "error_description", TEXT_CAP_BYTES);
    else
        result = read_tokens(answer, out);
    tr_json_free(answer);
    if (result < 0)
        tr_token_answer_done(out);
    return result;
}

static void wipe(char *text)
{
    if (text != NULL)
        tr_secret_wipe(text, strlen(text));
    tr_free(text);
}

void tr_token_answer_done(tr_token_answer *self)
{
    wipe(self->access_token);
    wipe(self->refresh_token);
    wipe(self->id_token);
    tr_free(self->scopes);
    tr_free(self->error);
    tr_free(self->description);
    *self = (tr_token_answer){0};
}
