import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

import { cases, programs } from '../../bench/actors/plan.mjs';
import { rowOf } from '../../bench/rows.mjs';

const runs = (...values) => values.map((value) => ({ value, perBatch: 0 }));

test('a ratio above one means ours is better, in time as in rates', () => {
    const time = { name: 'a', unit: 'ns', against: { them: [] } };
    const rate = { name: 'a', unit: 'messages/s', against: { them: [] } };
    assert.equal(rowOf(time, 'them', true, runs(10, 10), runs(20, 20)).ratio, 2);
    const row = rowOf(rate, 'them', true, runs(10, 10), runs(20, 20));
    assert.deepEqual([row.value, row.against_value, row.ratio], [1e8, 5e7, 2]);
});

test("the bare name is the first yardstick's, the others are behind a slash", () => {
    const it = { name: 'a', unit: 'ns', max: 50, against: { zeromq: [], caf: [] } };
    const first = rowOf(it, 'zeromq', true, runs(60), runs(30));
    assert.deepEqual([first.name, first.against, first.is_met], ['a', 'zeromq', false]);
    const second = rowOf(it, 'caf', false, runs(60), runs(90));
    assert.deepEqual([second.name, second.target, second.is_met], ['a/caf', 'ratio >= 1', true]);
});

test("a target of a ratio is held against the round's own yardstick", () => {
    const it = { name: 'a', unit: 'messages/s', minRatio: 0.8, against: { zeromq: [] } };
    assert.equal(rowOf(it, 'zeromq', true, runs(10, 20, 40), runs(9, 18, 36)).is_met, true);
    assert.equal(rowOf(it, 'zeromq', true, runs(10, 20, 40), runs(5, 10, 20)).is_met, false);
});

test('every case names programs that exist', () => {
    for (const it of cases)
        for (const [program, count] of Object.values(it.against))
            assert.ok(programs[program] !== undefined && count > 0, it.name);
});

test('a quick run has every row, with figures that can be', { timeout: 120000 }, async ({ signal }) => {
    const folder = mkdtempSync(join(tmpdir(), 'bench-actors-'));
    const out = join(folder, 'actors.json');
    try {
        await promisify(execFile)('node', ['bench/side_by_side.mjs', 'actors', '--out', out], {
            env: { ...process.env, QUICK: '1', STRICT: '' },
            signal,
        });
        const rows = JSON.parse(readFileSync(out, 'utf8'));
        const named = new Map(rows.map((row) => [row.name, row]));
        assert.equal(named.size, rows.length, 'no name twice');
        for (const name of [
            'local-message',
            'local-ask',
            'spawn-stop',
            'cross-thread',
            'idle-actor-bytes',
            'coroutine-switch',
            'coroutine-bytes',
            'ping-pong-local',
            'ping-pong-threads',
            'ping-pong-processes',
            'fan-in',
            'ring',
            'timer-churn',
            'coroutine-create',
            'coroutine-ask',
        ])
            assert.ok(named.has(name), name);
        for (const row of rows) {
            assert.ok(row.unit.length > 0 && row.against.length > 0, row.name);
            for (const figure of [row.value, row.against_value, row.ratio])
                assert.ok(Number.isFinite(figure) && figure > 0, `${row.name}: ${figure}`);
        }
        assert.equal(named.get('cross-thread').against, 'zeromq');
        const { messages_per_batch: ours, against_messages_per_batch: theirs } = named.get('cross-thread');
        assert.ok(ours > theirs * 0.9 && ours < theirs * 1.5, `batches of ${ours} and ${theirs}`);
    } finally {
        rmSync(folder, { recursive: true });
    }
});
