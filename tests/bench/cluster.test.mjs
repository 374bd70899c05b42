import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);

function expectTakeOver(rows, kind) {
    const value = (name) => rows.find((row) => row.name === `cluster/${name}/${kind}`)?.value;
    const of = (name) => rows.find((row) => row.name === `cluster/take-over/${kind}/${name}`)?.value;
    assert.ok(value('bytes/store') > 0, 'bytes in the store');
    assert.ok(of('owned') > 0, 'time until all shards are owned');
    assert.ok(of('back-p99') >= of('back-p50') && of('back-p50') > 0);
    assert.equal(2 * of('in-memory'), of('store-load'), 'only pages whose browsers came are read, each with its mark');
}

test('a cluster is measured and loses no page', { timeout: 600_000 }, async ({ signal }) => {
    const folder = mkdtempSync(join(tmpdir(), 'bench-cluster-'));
    const out = join(folder, 'cluster.json');
    try {
        await run(process.execPath, ['bench/cluster.mjs', '--out', out], {
            env: { ...process.env, QUICK: '1' },
            signal,
        });
        const rows = JSON.parse(readFileSync(out, 'utf8'));
        for (const name of ['one-of-each', 'worker/2', 'gateway/2', 'broker/2', 'handlers/2', 'each/2'])
            assert.ok(rows.find((row) => row.name === `cluster/clicks/${name}`).value > 0, name);
        for (const role of ['worker', 'gateway'])
            assert.ok(
                rows.some((row) => row.name === `cluster/bytes/connected/${role}`),
                role,
            );
        expectTakeOver(rows, 'lmdb');
        if (existsSync('/usr/lib/postgresql')) expectTakeOver(rows, 'postgres');
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
});
