import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clampDate, dateOf, dateOrder, dateValue, dayOf, daysIn, range } from '../../src/core/dates.ts';
import { Ext } from '../../src/core/packets.ts';

test('a day without a time is the day it says, in any zone', () => {
    const date = dateOf(new Ext(1, '2024-02-29'))!;
    assert.deepEqual([date.getFullYear(), date.getMonth(), date.getDate(), date.getHours()], [2024, 1, 29, 0]);
    assert.equal(dateOf(new Ext(1, '2024-05-06T07:08:09+00:00'))!.getTime(), Date.UTC(2024, 4, 6, 7, 8, 9));
    assert.equal(dateOf('nonsense'), undefined);
    assert.equal(dateOf(null), undefined);
});

test('dates go out in UTC with an offset', () => {
    assert.equal(dateValue(new Date(Date.UTC(2024, 5, 1))).text, '2024-06-01T00:00:00.000+00:00');
});

test('months end where they end', () => {
    assert.equal(daysIn(2023, 1), 28);
    assert.equal(daysIn(2024, 1), 29);
    assert.equal(daysIn(50, 1), 28, 'years before 100 are years, not 19xx');
    assert.equal(dayOf(2023, 1, 31).getDate(), 28);
});

test('bounds hold', () => {
    const [a, b, c] = [dayOf(2020, 0, 1), dayOf(2021, 0, 1), dayOf(2022, 0, 1)];
    assert.equal(clampDate(a, b, c), b);
    assert.equal(clampDate(c, a, b), b);
    assert.equal(clampDate(b, undefined, undefined), b);
});

test('a date is said in the order of its language', () => {
    assert.deepEqual(dateOrder('en-US', ''), ['month', 'day', 'year']);
    assert.deepEqual(dateOrder('de', ''), ['day', 'month', 'year']);
    assert.deepEqual(dateOrder('de', 'ymd'), ['year', 'month', 'day']);
    assert.deepEqual(range(0, 59, 20), [0, 20, 40]);
});
