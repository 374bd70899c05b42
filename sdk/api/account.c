#include "sdk/api/account.h"

#include "base/number.h"
#include "crypto/digest.h"
#include "sdk/api/change_submit.h"
#include "troupe/err.h"
#include "wire/writer.h"

enum { GROUPS_CAP = 1000 };

int tr_identity_submit(tr_call *call, enum tr_identity_step step, tr_slice value, tr_buf *out)
{
    tr_change change = {.what = TR_CHANGE_IDENTITY,
                        .is_page = true,
                        .number = step,
                        .value = tr_value_bytes(value)};
    return tr_submit(call, &change, out);
}

int tr_account_view_read(tr_account_view *io)
{
    tr_reader in = tr_reader_of(tr_buf_slice(&io->bytes));
    uint32_t count = tr_reader_array(&in);
    io->provider = tr_reader_text(&in);
    io->facts = tr_reader_skip(&in);
    io->access_token = tr_reader_text(&in);
    io->refresh_token = tr_reader_text(&in);
    io->expires_s = tr_reader_unsigned(&in);
    // Earlier versions wrote five fields, without the ID token.
    io->id_token = count == 6 ? tr_reader_text(&in) : (tr_slice){0};
    return in.failed || (count != 5 && count != 6) ? TR_EPROTOCOL : 0;
}

void tr_account_view_done(tr_account_view *self)
{
    tr_secret_wipe(self->bytes.data, self->bytes.size);
    tr_buf_done(&self->bytes);
}

void tr_account_write(const tr_account_view *account, tr_buf *out)
{
    tr_write_array(out, 6);
    tr_write_text(out, account->provider);
    tr_write_raw(out, account->facts);
    tr_write_text(out, account->access_token);
    tr_write_text(out, account->refresh_token);
    tr_write_unsigned(out, account->expires_s);
    tr_write_text(out, account->id_token);
}

int tr_facts_read(tr_slice bytes, tr_facts *out)
{
    tr_reader in = tr_reader_of(bytes);
    uint32_t count = tr_reader_array(&in);
    out->id = tr_reader_text(&in);
    out->name = tr_reader_text(&in);
    out->email = tr_reader_text(&in);
    out->scopes = tr_reader_text(&in);
    out->groups = tr_reader_skip(&in);
    out->claims = tr_reader_skip(&in);
    return in.failed || count != 6 ? TR_EPROTOCOL : 0;
}

// -- what a provider tells --

// The user's document is newer than the token.
static tr_slice text_of(const tr_json *token, const tr_json *user, const char *name)
{
    tr_slice text = tr_json_text(user, name);
    return text.size != 0 ? text : tr_json_text(token, name);
}

static tr_slice first_of(const tr_json *token, const tr_json *user, const char *const *names)
{
    tr_slice text = {0};
    for (; *names != NULL && text.size == 0; names++)
        text = text_of(token, user, *names);
    return text;
}

// GitHub's is a number.
static tr_slice id_of(const tr_json *token, const tr_json *user, const char *name, char number[24])
{
    uint64_t value;
    tr_slice text = text_of(token, user, name);
    if (text.size == 0 && tr_json_number(user, name, &value)) {
        (void)tr_format(number, 24, "%llu", (unsigned long long)value);
        text = tr_slice_of(number);
    }
    return text;
}

static void write_claimed_groups(const tr_json *claim, tr_buf *out)
{
    uint32_t count = tr_json_count(claim);
    count = count < GROUPS_CAP ? count : GROUPS_CAP;
    tr_write_array(out, count);
    for (uint32_t i = 0; i < count; i++)
        tr_write_text(out, tr_json_as_text(tr_json_at(claim, i)));
}

int tr_facts_write(const tr_provider *provider, const tr_json *token, const tr_json *user,
                   tr_slice scopes, tr_slice groups, tr_buf *out)
{
    static const char *const names[] = {"name", "preferred_username", "login", "email", NULL};
    static const char *const emails[] = {"email", "upn", NULL};
    char number[24];
    const char *id_name = provider->user_id != NULL ? provider->user_id : "sub";
    tr_slice id = id_of(token, user, id_name, number);
    if (id.size == 0)
        return TR_EPROTOCOL;
    tr_slice name = first_of(token, user, names);
    tr_write_array(out, 6);
    tr_write_text(out, id);
    tr_write_text(out, name.size != 0 ? name : id);
    tr_write_text(out, first_of(token, user, emails));
    tr_write_text(out, scopes);
    const char *claim = provider->groups != NULL ? provider->groups : "groups";
    if (groups.size != 0)
        tr_write_raw(out, groups);
    else
        write_claimed_groups(
            tr_json_has(user, claim) ? tr_json_get(user, claim) : tr_json_get(token, claim), out);
    tr_json_to_map(token, user, out);
    return 0;
}
