import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

import { cases, visits } from '../../bench/browser/plan.mjs';
import { busyWithin, frames, mainThread, opening } from '../../bench/browser/trace.mjs';

const task = (ts, dur, more = {}) => ({ name: 'RunTask', ph: 'X', pid: 7, tid: 1, ts, dur, tdur: dur / 2, ...more });
// The page was asked for at 1 000 000 us.
const mark = (name, ms) => ({
    name,
    cat: 'blink.user_timing',
    pid: 7,
    tid: 1,
    ts: 1_000_000 + ms * 1000,
    args: { data: { startTime: ms } },
});

test('a page is ready when the last task of some length has ended', () => {
    const events = [
        task(900_000, 50_000),
        task(1_010_000, 40_000),
        task(1_100_000, 20_000),
        task(1_110_000, 80_000, { pid: 8 }),
        task(1_300_000, 100),
        mark('open', 500),
    ];
    assert.deepEqual(opening(mainThread(events, 'open')), { ready: 120, busy: 30 });
});

test('what a thread did between two marks counts by its own processor time', () => {
    const events = [task(1_010_000, 4000), task(1_050_000, 2000), task(1_090_000, 6000), mark('end', 200)];
    assert.equal(busyWithin(mainThread(events, 'end').tasks, 40_000, 80_000), 1);
});

test('a trace without the mark is no figure', () => {
    assert.throws(() => mainThread([task(1, 1)], 'open'), /no mark 'open'/);
    assert.throws(() => frames([5]), /no frame/);
});

test('frames: how long one was on average, and the longest', () => {
    assert.deepEqual(frames([0, 16, 32, 60]), { frame: 20, longest: 28 });
});

test('a quick run of one page has a row for each of its cases', { timeout: 120_000 }, async ({ signal }) => {
    const folder = mkdtempSync(join(tmpdir(), 'bench-browser-'));
    const out = join(folder, 'browser.json');
    const { page } = visits.at(-1);
    try {
        await promisify(execFile)('node', ['bench/browser.mjs', '--out', out], {
            env: { ...process.env, QUICK: '1', ROUNDS: '', WHO: 'troupe', ONLY: page },
            signal,
        });
        const rows = JSON.parse(readFileSync(out, 'utf8'));
        assert.deepEqual(
            rows.map((row) => row.name),
            cases.filter((it) => it.page === page).map((it) => it.name),
        );
        for (const { name, value } of rows) assert.ok(Number.isFinite(value) && value > 0, `${name}: ${value}`);
    } finally {
        rmSync(folder, { recursive: true });
    }
});
