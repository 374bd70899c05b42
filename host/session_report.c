#include "host/session_report.h"

#include <inttypes.h>

#include "host/json_put.h"
#include "host/table.h"

enum { SHOWN_CAP = 16 }; // of shards that something is wrong with

static const char *store_of(const tr_seen_hosting *hosting)
{
    return hosting->store[0] == '\0' ? "none" : hosting->store;
}

static void write_hosts(tr_buf *out, const tr_inspection *seen)
{
    static const char *const columns[] = {"NAME",       ">CORE",   ">SESSIONS",
                                          ">CONNECTED", ">SHARDS", "STORE"};
    tr_table table;
    tr_table_begin(&table, columns, 6);
    for (uint32_t i = 0; i < seen->count; i++) {
        const tr_seen_core *core = &seen->cores[i];
        if (!core->is_hosting)
            continue;
        tr_table_cell(&table, "%s", core->name);
        tr_table_cell(&table, "%" PRIu64, core->core);
        tr_table_cell(&table, "%" PRIu64, core->hosting.sessions);
        tr_table_cell(&table, "%" PRIu64, core->hosting.connected);
        tr_table_cell(&table, "%" PRIu64, core->hosting.shards);
        tr_table_cell(&table, "%s%s", store_of(&core->hosting),
                      core->hosting.is_store_away ? ", away" : "");
    }
    tr_table_write(&table, 0, out);
}

static void add_session(tr_table *table, const tr_seen_core *core, const tr_seen_session *session)
{
    tr_table_cell(table, "%s", session->id);
    tr_table_cell(table, "%s", core->name);
    tr_table_cell(table, "%" PRIu64, core->core);
    tr_table_cell(table, "%s", session->is_connected ? "connected" : "away");
    tr_table_cell(table, "%" PRIu64, session->minutes);
    tr_table_cell(table, "%" PRIu64, session->bytes);
    tr_table_cell(table, "%" PRIu64, session->handlers);
    tr_table_cell(table, "%s", session->stored);
}

void tr_report_sessions(tr_buf *out, const tr_inspection *seen)
{
    static const char *const columns[] = {"SESSION",   "NAME",   ">CORE",     "BROWSER",
                                          ">HERE min", ">BYTES", ">HANDLERS", "IN STORE"};
    uint64_t all = 0;
    uint64_t listed = 0;
    tr_table table;
    write_hosts(out, seen);
    tr_table_begin(&table, columns, 8);
    for (uint32_t i = 0; i < seen->count; i++) {
        all += seen->cores[i].hosting.sessions;
        listed += seen->cores[i].session_count;
        for (uint32_t j = 0; j < seen->cores[i].session_count; j++)
            add_session(&table, &seen->cores[i], &seen->cores[i].sessions[j]);
    }
    tr_buf sessions = {0};
    tr_table_write(&table, 0, &sessions);
    if (listed != 0)
        tr_buf_printf(out, "\n%s", tr_buf_text(&sessions));
    tr_buf_done(&sessions);
    if (all > listed)
        tr_buf_printf(out, "%" PRIu64 " more: --limit N shows N\n", all - listed);
}

// -- shards --

// How many core threads say that they have it.
static unsigned owners_of(const tr_inspection *seen, unsigned shard)
{
    unsigned count = 0;
    for (uint32_t i = 0; i < seen->count; i++)
        for (uint32_t j = 0; j < seen->cores[i].shard_count; j++)
            count += seen->cores[i].shards[j].shard == shard;
    return count;
}

typedef bool is_odd(unsigned owners);

static bool is_nobodys(unsigned owners)
{
    return owners == 0;
}

static bool is_doubled(unsigned owners)
{
    return owners > 1;
}

static void write_odd(tr_buf *out, const tr_inspection *seen, is_odd *is_one, const char *what)
{
    tr_buf list = {0};
    unsigned count = 0;
    for (unsigned shard = 0; shard < TR_SHARDS; shard++)
        if (is_one(owners_of(seen, shard)) && ++count <= SHOWN_CAP)
            tr_buf_printf(&list, " %u", shard);
    if (count != 0)
        tr_buf_printf(out, "%u of %u shards %s:%s%s\n", count, TR_SHARDS, what, tr_buf_text(&list),
                      count > SHOWN_CAP ? " …" : "");
    tr_buf_done(&list);
}

static void add_shards(tr_table *table, const tr_seen_core *core)
{
    uint64_t highest = 0;
    unsigned stored = 0;
    unsigned leaving = 0;
    for (uint32_t i = 0; i < core->shard_count; i++) {
        const tr_seen_shard *shard = &core->shards[i];
        highest = shard->epoch > highest ? shard->epoch : highest;
        stored += shard->store_epoch != 0;
        leaving += shard->is_due_elsewhere;
    }
    tr_table_cell(table, "%s", core->name);
    tr_table_cell(table, "%" PRIu64, core->core);
    tr_table_cell(table, "%" PRIu32, core->shard_count);
    tr_table_cell(table, "%u", leaving);
    tr_table_cell(table, "%u", stored);
    tr_table_cell(table, "%" PRIu64, core->hosting.sessions);
    tr_table_cell(table, "%" PRIu64, highest);
}

void tr_report_shards(tr_buf *out, const tr_inspection *seen)
{
    static const char *const columns[] = {"NAME",           ">CORE",           ">SHARDS",
                                          ">DUE ELSEWHERE", ">TAKEN IN STORE", ">SESSIONS",
                                          ">HIGHEST EPOCH"};
    tr_table table;
    tr_table_begin(&table, columns, 7);
    for (uint32_t i = 0; i < seen->count; i++)
        if (seen->cores[i].is_hosting)
            add_shards(&table, &seen->cores[i]);
    tr_table_write(&table, 0, out);
    write_odd(out, seen, is_nobodys, "have no owner among those that answered");
    write_odd(out, seen, is_doubled, "have several owners, until they hear of each other");
}

// -- JSON --

static void begin_core(tr_buf *out, const tr_seen_core *core)
{
    tr_buf_printf(out, "{\"node\":\"%016" PRIx64 "\",", core->node);
    tr_json_put_text(out, "name", core->name);
    tr_json_put_number(out, "core", core->core);
    tr_json_put_number(out, "session_count", core->hosting.sessions);
    tr_json_put_number(out, "connected_count", core->hosting.connected);
    tr_json_put_number(out, "shard_count", core->hosting.shards);
    tr_json_put_text(out, "store", store_of(&core->hosting));
    tr_buf_printf(out, "\"is_store_away\":%s,", core->hosting.is_store_away ? "true" : "false");
}

static void put_session(tr_buf *out, const tr_seen_session *session)
{
    tr_buf_append(out, "{", 1);
    tr_json_put_text(out, "session", session->id);
    tr_buf_printf(out, "\"is_connected\":%s,", session->is_connected ? "true" : "false");
    tr_json_put_number(out, "minutes_here", session->minutes);
    tr_json_put_number(out, "bytes", session->bytes);
    tr_json_put_number(out, "handlers", session->handlers);
    tr_json_put_text(out, "in_store", session->stored);
    tr_json_put_end(out, "},");
}

static void put_sessions(tr_buf *out, const tr_seen_core *core)
{
    tr_buf_printf(out, "\"sessions\":[");
    for (uint32_t i = 0; i < core->session_count; i++)
        put_session(out, &core->sessions[i]);
}

static void put_cores(tr_buf *out, const tr_inspection *seen,
                      void (*put_rows)(tr_buf *out, const tr_seen_core *core))
{
    tr_buf_printf(out, "\"cores\":[");
    for (uint32_t i = 0; i < seen->count; i++) {
        if (!seen->cores[i].is_hosting)
            continue;
        begin_core(out, &seen->cores[i]);
        put_rows(out, &seen->cores[i]);
        tr_json_put_end(out, "]},");
    }
    tr_json_put_end(out, "],");
}

void tr_report_sessions_json(tr_buf *out, const tr_inspection *seen)
{
    tr_buf_append(out, "{", 1);
    put_cores(out, seen, put_sessions);
    tr_json_put_end(out, "}\n");
}

static void put_shard(tr_buf *out, const tr_seen_shard *shard)
{
    tr_buf_append(out, "{", 1);
    tr_json_put_number(out, "shard", shard->shard);
    tr_json_put_number(out, "epoch", shard->epoch);
    tr_json_put_number(out, "store_epoch", shard->store_epoch);
    tr_buf_printf(out, "\"is_due_elsewhere\":%s},", shard->is_due_elsewhere ? "true" : "false");
}

static void put_shards(tr_buf *out, const tr_seen_core *core)
{
    tr_buf_printf(out, "\"shards\":[");
    for (uint32_t i = 0; i < core->shard_count; i++)
        put_shard(out, &core->shards[i]);
}

static void put_odd(tr_buf *out, const tr_inspection *seen, is_odd *is_one, const char *name)
{
    tr_buf_printf(out, "\"%s\":[", name);
    for (unsigned shard = 0; shard < TR_SHARDS; shard++)
        if (is_one(owners_of(seen, shard)))
            tr_buf_printf(out, "%u,", shard);
    tr_json_put_end(out, "],");
}

void tr_report_shards_json(tr_buf *out, const tr_inspection *seen)
{
    tr_buf_append(out, "{", 1);
    put_cores(out, seen, put_shards);
    put_odd(out, seen, is_nobodys, "without_owner");
    put_odd(out, seen, is_doubled, "with_several_owners");
    tr_json_put_end(out, "}\n");
}
