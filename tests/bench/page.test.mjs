import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

import { aloneRow } from '../../bench/rows.mjs';
import { cases, programs } from '../../bench/page/plan.mjs';

const hasFlet = existsSync(join('build', programs.flet.file));

test('a quick run has a row for every case and everybody who is there', { timeout: 120000 }, async ({ signal }) => {
    const folder = mkdtempSync(join(tmpdir(), 'bench-page-'));
    const out = join(folder, 'page.json');
    try {
        await promisify(execFile)('node', ['bench/side_by_side.mjs', 'page', '--out', out], {
            env: { ...process.env, QUICK: '1', STRICT: '' },
            signal,
        });
        const rows = JSON.parse(readFileSync(out, 'utf8'));
        const wanted = cases.map((it) => {
            const [against] = Object.keys(it.against);
            return `${it.name} ${against === 'flet' && !hasFlet ? null : against}`;
        });
        assert.deepEqual(
            rows.map((row) => `${row.name} ${row.against}`),
            wanted,
        );
        for (const row of rows)
            for (const figure of [row.value, ...(row.against ? [row.against_value, row.ratio] : [])])
                assert.ok(Number.isFinite(figure) && figure > 0, `${row.name}: ${figure}`);
    } finally {
        rmSync(folder, { recursive: true });
    }
});

test('what nobody else is there for has a row of its own, held against its bound', () => {
    const it = { name: 'a', unit: 'bytes', max: 96, against: { flet: [] } };
    const [small, large] = [70, 100].map((value) => aloneRow(it, [{ value }]));
    assert.deepEqual([small.value, small.against, small.ratio, small.is_met], [70, null, null, true]);
    assert.equal(large.is_met, false);
});

test('what is measured must be named', async () => {
    await assert.rejects(promisify(execFile)('node', ['bench/side_by_side.mjs', 'pages']), (error) =>
        error.stderr.includes('actors or page'),
    );
});
