import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);

async function quickRun({ signal }, env) {
    const folder = mkdtempSync(join(tmpdir(), 'bench-files-'));
    const out = join(folder, 'files.json');
    try {
        const { stdout } = await run(process.execPath, ['bench/files.mjs', '--out', out], {
            env: { ...process.env, QUICK: '1', ...env },
            signal,
        });
        return { stdout, rows: JSON.parse(readFileSync(out, 'utf8')) };
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

function expectRows(rows, against) {
    assert.deepEqual(
        rows.map((row) => [row.name, row.unit, row.against]),
        [
            ['files/download', 'MB/s', against],
            ['files/upload', 'MB/s', against],
        ],
    );
    for (const row of rows) assert.ok(row.value > 0, row.name);
}

test('files are measured beside nginx', { timeout: 120_000 }, async (it) => {
    if (spawnSync('nginx', ['-v']).error) return it.skip('nginx is not installed');
    const { rows } = await quickRun(it, {});
    expectRows(rows, 'nginx');
    for (const row of rows) assert.ok(row.against_value > 0 && row.ratio > 0, row.name);
});

test('without nginx it says so and measures ours', { timeout: 120_000 }, async (it) => {
    const { rows, stdout } = await quickRun(it, { PATH: '/nowhere' });
    assert.match(stdout, /^skipped: nginx is not measured/m);
    expectRows(rows, null);
});
