import assert from 'node:assert/strict';
import { test } from 'node:test';

import { median, pairwise, round, summary } from '../../bench/numbers.mjs';
import { table } from '../../bench/table.mjs';

test('median of odd and even counts, whatever the order', () => {
    assert.equal(median([30, 10, 20]), 20);
    assert.equal(median([40, 10, 30, 20]), 25);
    assert.throws(() => median([]));
});

test('median leaves its input alone', () => {
    const values = [3, 1, 2];
    median(values);
    assert.deepEqual(values, [3, 1, 2]);
});

test('ratios are formed round by round', () => {
    // The machine was twice as fast in the second round; the ratio does not move.
    assert.deepEqual(pairwise([80, 160], [100, 200]), [0.8, 0.8]);
    assert.deepEqual(pairwise([80], [0]), [0]);
    assert.throws(() => pairwise([1, 2], [1]));
});

test('figures keep the digits they can mean', () => {
    assert.deepEqual([83123.4, 123.45, 12.345, 0.83456].map(round), [83123, 123.5, 12.35, 0.835]);
});

test('summary has the median and the whole range', () => {
    assert.deepEqual(summary([5, 1, 3]), { median: 3, range: [1, 5] });
});

test("a table's columns are as wide as they need, numbers to the right", () => {
    const columns = [
        ['name', false],
        ['ns', true],
        ['why', false],
    ];
    assert.equal(
        table(columns, [
            ['a', '1', ''],
            ['longer', '100', 'x'],
        ]),
        'name     ns  why\na         1\nlonger  100  x',
    );
});
