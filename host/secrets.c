#include "host/secrets.h"

#include <string.h>

#include "actors/bus/routes.h"
#include "base/must.h"
#include "troupe/err.h"

enum { SECRET_BYTES_MIN = 16 };

int tr_option_read_secret(tr_options *self, const tr_option_row *row, const char *text)
{
    (void)row;
    self->secret_key = text;
    return strlen(text) >= SECRET_BYTES_MIN ? 0 : TR_EINVALID;
}

// The first of a list with commas, which is taken off it.
static tr_slice next_of(const char **list)
{
    tr_slice one = {*list, (uint32_t)strcspn(*list, ",")};
    *list += one.size + ((*list)[one.size] == ',');
    return one;
}

int tr_option_read_old_secrets(tr_options *self, const tr_option_row *row, const char *text)
{
    (void)row;
    self->old_secret_keys = text;
    unsigned count = 0;
    bool is_fit = *text != '\0' && text[strlen(text) - 1] != ',';
    while (is_fit && *text != '\0')
        is_fit = next_of(&text).size >= SECRET_BYTES_MIN && ++count <= TR_OLDER_KEYS_CAP;
    return is_fit ? 0 : TR_EINVALID;
}

bool tr_option_is_secret(enum tr_option_id id)
{
    return id == TR_OPTION_SECRET_KEY || id == TR_OPTION_SECRET_KEYS_OLD;
}

int tr_secrets_settle(const tr_options *self, tr_buf *error)
{
    bool is_wanted = self->encrypt_store != TR_ENCRYPTION_OFF && self->store != NULL &&
                     (self->roles & TR_ROLE_WORKER) != 0;
    if (!is_wanted || self->secret_key != NULL)
        return 0;
    tr_buf_printf(error,
                  "%s needs TROUPE_SECRET_KEY: the same in all processes, and after a restart",
                  self->given[TR_OPTION_ENCRYPT_STORE].source);
    return TR_EINVALID;
}

static const char *older_of(const tr_options *self)
{
    return self->old_secret_keys != NULL ? self->old_secret_keys : "";
}

void tr_secrets_derive(const tr_options *self, const char *purpose, tr_signing_key *out)
{
    tr_signing_key_derive(tr_slice_of(self->secret_key), purpose, out);
    for (const char *list = older_of(self); *list != '\0';)
        tr_must(tr_signing_key_add_older(out, next_of(&list), purpose) == 0);
}

void tr_secrets_derive_auth(const tr_options *self, tr_auth_settings *io)
{
    tr_auth_keys_derive(tr_slice_of(self->secret_key), io);
    for (const char *list = older_of(self); *list != '\0';)
        tr_must(tr_auth_keys_add_older(next_of(&list), io) == 0);
}

void tr_secrets_derive_records(const tr_options *self, tr_record_keys *out)
{
    *out = (tr_record_keys){.how = self->encrypt_store};
    if (self->secret_key == NULL)
        return;
    tr_record_keys_derive(tr_slice_of(self->secret_key), self->encrypt_store, out);
    for (const char *list = older_of(self); *list != '\0';)
        tr_must(tr_record_keys_add_older(out, next_of(&list)) == 0);
}
