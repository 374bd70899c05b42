import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as calendar from '../../src/core/calendar.ts';
import { hand, hourAt, hourMarks, minuteAt } from '../../src/core/dial.ts';
import { Ext } from '../../src/core/packets.ts';
import { holding, matching } from '../../src/core/suggest.ts';

test('days, months and weeks', () => {
    const leap = calendar.dayOf(2024, 1, 29);
    assert.equal(calendar.isoDay(leap), '2024-02-29');
    assert.equal(calendar.isoDay(calendar.moveMonths(leap, 12)), '2025-02-28');
    assert.equal(calendar.isoDay(calendar.moveMonths(calendar.dayOf(2024, 2, 31), -1)), '2024-02-29');
    assert.deepEqual(calendar.addMonths({ year: 2024, month: 0 }, -1), { year: 2023, month: 11 });
    // February 2024 begins on a Thursday.
    const weeks = calendar.weeksOf({ year: 2024, month: 1 }, 1);
    assert.equal(weeks.length, 5);
    assert.deepEqual(weeks[0]!.slice(0, 4), [undefined, undefined, undefined, calendar.dayOf(2024, 1, 1)]);
    assert.equal(weeks[4]!.filter((day) => day !== undefined).length, 4);
    assert.equal(calendar.weeksOf({ year: 2026, month: 1 }, 0).length, 4);
});

test('dates and times of the protocol', () => {
    assert.equal(calendar.readDay(new Ext(1, '2024-02-29')), calendar.dayOf(2024, 1, 29));
    assert.equal(calendar.readDay(new Ext(1, 'no date')), undefined);
    assert.equal(calendar.readDay(undefined), undefined);
    const day = calendar.dayOf(2024, 5, 1);
    assert.equal(calendar.readDay(calendar.writeDay(day)), day);
    assert.match(calendar.writeDay(day).text, /^2024-0[56]-\d\dT\d\d:\d\d:00\.000\+00:00$/);
    assert.deepEqual(calendar.readTime(new Ext(2, '09:05')), { hour: 9, minute: 5 });
    assert.equal(calendar.readTime(new Ext(2, '24:00')), undefined);
    assert.equal(calendar.writeTime({ hour: 18, minute: 5 }).text, '18:5');
    assert.equal(calendar.languageTag({ language_code: 'de', country_code: 'AT' }), 'de-AT');
    assert.equal(calendar.languageTag({ language_code: 'not a tag' }), undefined);
    assert.equal(calendar.firstWeekday('en-US'), 0);
    assert.equal(calendar.firstWeekday('de-DE'), 1);
    assert.equal(calendar.hasTwelveHours('en-US'), true);
    assert.equal(calendar.hasTwelveHours('de-DE'), false);
});

test('the face of a clock', () => {
    assert.equal(hourAt(0.5, 0.05, true), 12);
    assert.equal(hourAt(0.95, 0.5, true), 3);
    assert.equal(hourAt(0.5, 0.05, false), 0);
    assert.equal(hourAt(0.5, 0.28, false), 12);
    assert.equal(hourAt(0.72, 0.5, false), 15);
    assert.equal(minuteAt(0.5, 0.95), 30);
    assert.equal(minuteAt(0.05, 0.5), 45);
    assert.deepEqual(hand(15, true, false).turn, 0.25);
    // Each number lies where the pointer that means it points.
    for (const isTwelve of [true, false])
        for (const { value, x, y } of hourMarks(isTwelve)) assert.equal(hourAt(x, y, isTwelve), value);
});

test('suggestions hold what was typed', () => {
    const all = ['Lisbon', 'Lyon', 'Berlin'].map((city) => ({ key: city, value: city }));
    assert.deepEqual(matching(all, 'l'), [0, 1, 2]);
    assert.deepEqual(matching(all, 'LY'), [1]);
    assert.deepEqual(matching(all, ''), []);
});

test('labels that hold what was typed are found, and all of them when nothing was', () => {
    const labels = ['Red', 'Green', 'Light green'];
    assert.deepEqual(holding(labels, ' GREEN '), [1, 2]);
    assert.deepEqual(holding(labels, ''), [0, 1, 2]);
    assert.deepEqual(holding(labels, 'blue'), []);
});
