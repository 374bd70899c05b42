#ifndef TR_STORE_PG_STATEMENTS_H
#define TR_STORE_PG_STATEMENTS_H

// The statements for PostgreSQL, in the part of SQL that CockroachDB and YugabyteDB understand, too
// (no LISTEN, no advisory locks, no triggers). Every statement takes arrays, a row of each a thing
// to do, and is one transaction.
//
// Thread: any. Owns: nothing; static texts.

// The form of the tables; a program refuses a newer one and migrates an older one.
enum { TR_PG_FORM = 2 };

// Made by the first program that comes, in form 1; `about` has one row, which a migration locks.
#define TR_PG_SCHEMA                                                                               \
    "create table if not exists troupe_about (only_row int4 primary key check (only_row = 1), "    \
    "form int4 not null);"                                                                         \
    "create table if not exists troupe_nodes (node int8 primary key, "                             \
    "expires_at timestamptz not null);"                                                            \
    "create table if not exists troupe_shards (shard int4 primary key, epoch int8 not null, "      \
    "node int8 not null, core int4 not null);"                                                     \
    "create table if not exists troupe_sessions (id text primary key, shard int4 not null, "       \
    "body bytea not null, expires_at timestamptz not null);"                                       \
    "create index if not exists troupe_sessions_expiry on troupe_sessions (shard, expires_at);"    \
    "create table if not exists troupe_identity (only_row int4 primary key check (only_row = 1), " \
    "identity int8 not null);"                                                                     \
    "insert into troupe_about values (1, 1) on conflict do nothing;"                               \
    "insert into troupe_identity values (1, 1 + (random() * 9007199254740991)::int8) "             \
    "on conflict do nothing"

// Changes behind the bases of sessions. One whose generation is not its base's is left over.
#define TR_PG_TO_FORM_2                                                                            \
    "begin; select form from troupe_about where only_row = 1 for update;"                          \
    "alter table troupe_sessions add column if not exists generation int8 not null default 0;"     \
    "create table if not exists troupe_changes (id text not null, number int4 not null, "          \
    "generation int8 not null, body bytea not null, primary key (id, number));"                    \
    "update troupe_about set form = 2 where only_row = 1 and form < 2; commit"

#define TR_PG_READ_IDENTITY "select identity from troupe_identity where only_row = 1"

#define TR_PG_READ_FORM "select form from troupe_about where only_row = 1 for update"

// The rows of the shards whose epoch is the writer's, locked against being taken until the commit:
// a plain condition would let a late owner's write commit after the new owner has read (READ
// COMMITTED).
#define TR_PG_OWNED_                                                                               \
    "owned as materialized (select shard, epoch from troupe_shards "                               \
    "where (shard, epoch) in (select w.shard, w.epoch from w) for share) "

// Each entry: name, parameter types, text. The answer: the rows that were done.
//
// `save` joins nothing to what it has written: a plan that is made once for arrays of any length joins in
// loops, the square of a batch.
#define TR_PG_STATEMENTS(X)                                                                        \
    X(save, 7,                                                                                     \
      (TR_PG_TEXT_ARRAY, TR_PG_INT4_ARRAY, TR_PG_INT8_ARRAY, TR_PG_INT8_ARRAY, TR_PG_BYTEA_ARRAY,  \
       TR_PG_INT8_ARRAY, TR_PG_INT4_ARRAY),                                                        \
      "with w as (select * from unnest($1, $2, $3, $4, $5, $6, $7) as w(id, shard, epoch, "        \
      "ttl_ms, "                                                                                   \
      "body, generation, number)), " TR_PG_OWNED_                                                  \
      ", mine as (select w.id, w.shard, w.ttl_ms, w.body, w.generation, w.number, w.number = 0 "   \
      "or s.id is not null and (w.number = 1 or p.id is not null) as is_there "                    \
      "from w join owned o on o.shard = w.shard and o.epoch = w.epoch "                            \
      "left join troupe_sessions s on w.number > 0 and s.id = w.id "                               \
      "and s.generation = w.generation and s.expires_at > now() "                                  \
      "left join troupe_changes p on w.number > 1 and p.id = w.id and p.number = w.number - 1 "    \
      "and p.generation = w.generation), "                                                         \
      "bases as (insert into troupe_sessions (id, shard, body, expires_at, generation) "           \
      "select id, shard, body, now() + ttl_ms * interval '1 millisecond', generation "             \
      "from mine where number = 0 "                                                                \
      "on conflict (id) do update set shard = excluded.shard, body = excluded.body, "              \
      "expires_at = excluded.expires_at, generation = excluded.generation), "                      \
      "gone as (delete from troupe_changes c using mine m where m.number = 0 and c.id = m.id), "   \
      "changes as (insert into troupe_changes (id, number, generation, body) "                     \
      "select id, number, generation, body from mine where number > 0 and is_there "               \
      "on conflict (id, number) do update set generation = excluded.generation, "                  \
      "body = excluded.body) "                                                                     \
      "select id, is_there::int4 from mine")                                                       \
    X(delete, 3, (TR_PG_TEXT_ARRAY, TR_PG_INT4_ARRAY, TR_PG_INT8_ARRAY),                           \
      "with w as (select * from unnest($1, $2, $3) as w(id, shard, epoch)), " TR_PG_OWNED_         \
      ", mine as (select w.id from w join owned o on o.shard = w.shard and o.epoch = w.epoch), "   \
      "gone as (delete from troupe_sessions s using mine m where s.id = m.id), "                   \
      "changes as (delete from troupe_changes c using mine m where c.id = m.id) "                  \
      "select id, 1 from mine")                                                                    \
    X(load, 1, (TR_PG_TEXT_ARRAY),                                                                 \
      "select id, 0, body from troupe_sessions where id = any($1) and expires_at > now() "         \
      "union all select c.id, c.number, c.body from troupe_changes c join troupe_sessions s "      \
      "on s.id = c.id and s.generation = c.generation "                                            \
      "where c.id = any($1) and s.expires_at > now() order by 1, 2")                               \
    X(take, 4, (TR_PG_INT4_ARRAY, TR_PG_INT8_ARRAY, TR_PG_INT8_ARRAY, TR_PG_INT4_ARRAY),           \
      "with w as (select * from unnest($1, $2, $3, $4) as w(shard, epoch, node, core)), "          \
      "made as (insert into troupe_shards (shard, epoch, node, core) "                             \
      "select shard, 1, node, core from w where epoch = 0 on conflict (shard) do nothing "         \
      "returning shard), "                                                                         \
      "taken as (update troupe_shards s set epoch = s.epoch + 1, node = w.node, core = w.core "    \
      "from w where s.shard = w.shard and s.epoch = w.epoch and w.epoch <> 0 "                     \
      "returning s.shard) "                                                                        \
      "select shard from made union all select shard from taken")                                  \
    X(owners, 1, (TR_PG_INT4_ARRAY),                                                               \
      "select shard, epoch, node, core from troupe_shards where shard = any($1)")                  \
    X(release, 2, (TR_PG_INT4_ARRAY, TR_PG_INT8_ARRAY),                                            \
      "update troupe_shards s set node = 0 from unnest($1, $2) as w(shard, epoch) "                \
      "where s.shard = w.shard and s.epoch = w.epoch returning s.shard")                           \
    X(shards, 0, (0), "select shard, epoch, node, core from troupe_shards")                        \
    X(renew, 2, (TR_PG_INT8_ARRAY, TR_PG_INT8_ARRAY),                                              \
      "insert into troupe_nodes (node, expires_at) "                                               \
      "select w.node, now() + w.ttl_ms * interval '1 millisecond' "                                \
      "from unnest($1, $2) as w(node, ttl_ms) "                                                    \
      "on conflict (node) do update set expires_at = excluded.expires_at")                         \
    X(nodes, 0, (0),                                                                               \
      "select node, (extract(epoch from expires_at - now()) * 1000)::int8 from troupe_nodes "      \
      "where expires_at > now()")                                                                  \
    X(sweep, 2, (TR_PG_INT4_ARRAY, TR_PG_INT8_ARRAY),                                              \
      "with w as (select * from unnest($1, $2) as w(shard, epoch)), " TR_PG_OWNED_                 \
      ", gone as (delete from troupe_sessions where id in (select s.id from troupe_sessions s "    \
      "join owned o on o.shard = s.shard where s.expires_at <= now() limit 512) "                  \
      "returning id, shard), "                                                                     \
      "changes as (delete from troupe_changes c using gone g where c.id = g.id) "                  \
      "select o.shard, (select count(*) from gone g where g.shard = o.shard) from owned o")

#endif
