#ifndef TR_STORE_PG_STATEMENTS_H
#define TR_STORE_PG_STATEMENTS_H

// The statements for PostgreSQL, in the part of SQL that CockroachDB and YugabyteDB understand, too
// (no LISTEN, no advisory locks, no triggers). Every statement takes arrays, a row of each a thing
// to do, and is one transaction.
//
// Thread: any. Owns: nothing; static texts.

// The form of the tables; a program refuses a newer one and migrates an older one.
enum { TR_PG_FORM = 1 };

// Made by the first program that comes; `about` has one row, which a migration locks.
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
    "insert into troupe_about values (1, 1) on conflict do nothing"

#define TR_PG_READ_FORM "select form from troupe_about where only_row = 1 for update"

// The rows of the shards whose epoch is the writer's, locked against being taken until the commit:
// a plain condition would let a late owner's write commit after the new owner has read (READ
// COMMITTED).
#define TR_PG_OWNED_                                                                               \
    "owned as materialized (select shard, epoch from troupe_shards "                               \
    "where (shard, epoch) in (select w.shard, w.epoch from w) for share) "

// Each entry: name, parameter types, text. The answer: the rows that were done.
#define TR_PG_STATEMENTS(X)                                                                        \
    X(save, 5,                                                                                     \
      (TR_PG_TEXT_ARRAY, TR_PG_INT4_ARRAY, TR_PG_INT8_ARRAY, TR_PG_INT8_ARRAY, TR_PG_BYTEA_ARRAY), \
      "with w as (select * from unnest($1, $2, $3, $4, $5) as w(id, shard, epoch, ttl_ms, "        \
      "body)), " TR_PG_OWNED_ "insert into troupe_sessions (id, shard, body, expires_at) "         \
      "select w.id, w.shard, w.body, now() + w.ttl_ms * interval '1 millisecond' "                 \
      "from w join owned o on o.shard = w.shard and o.epoch = w.epoch "                            \
      "on conflict (id) do update set shard = excluded.shard, body = excluded.body, "              \
      "expires_at = excluded.expires_at returning id")                                             \
    X(delete, 3, (TR_PG_TEXT_ARRAY, TR_PG_INT4_ARRAY, TR_PG_INT8_ARRAY),                           \
      "with w as (select * from unnest($1, $2, $3) as w(id, shard, epoch)), " TR_PG_OWNED_         \
      ", gone as (delete from troupe_sessions s using w, owned o "                                 \
      "where s.id = w.id and o.shard = w.shard and o.epoch = w.epoch) "                            \
      "select w.id from w join owned o on o.shard = w.shard and o.epoch = w.epoch")                \
    X(load, 1, (TR_PG_TEXT_ARRAY),                                                                 \
      "select id, body from troupe_sessions where id = any($1) and expires_at > now()")            \
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
      "join owned o on o.shard = s.shard where s.expires_at <= now() limit 512) returning shard) " \
      "select o.shard, (select count(*) from gone g where g.shard = o.shard) from owned o")

#endif
