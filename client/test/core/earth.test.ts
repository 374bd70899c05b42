import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blend, corners, distance, metresPerPixel, place, places } from '../../src/core/earth.ts';

const at = (latitude: number, longitude: number) => ({ latitude, longitude });

test('what is no place is none', () => {
    assert.deepEqual(place(at(1, 2)), { lat: 1, lng: 2 });
    assert.equal(place(at(91, 0)), undefined);
    assert.equal(place({ latitude: 1 }), undefined);
    assert.equal(place(null), undefined);
    assert.deepEqual(places([at(1, 2), null, 7, at(-3, 4)]), [
        { lat: 1, lng: 2 },
        { lat: -3, lng: 4 },
    ]);
    assert.equal(corners({ corner_1: at(1, 2) }), undefined);
});

test('distances are those along the earth', () => {
    const [berlin, paris] = [place(at(52.52, 13.405))!, place(at(48.8566, 2.3522))!];
    assert.ok(Math.abs(distance(berlin, paris) - 877_464) < 1000);
    assert.equal(distance(berlin, berlin), 0);
    assert.ok(Math.abs(metresPerPixel(0, 0) - 156_543) < 1);
    assert.ok(Math.abs(metresPerPixel(60, 10) - 76.4) < 0.1);
});

test('a line has a colour at each part of its length', () => {
    assert.equal(blend(['red', 'blue'], [], 0), 'red');
    assert.equal(blend(['red', 'blue'], [], 1), 'color-mix(in srgb, blue 100%, red)');
    assert.equal(blend(['red', 'lime', 'blue'], [], 0.75), 'color-mix(in srgb, blue 50%, lime)');
    assert.equal(blend(['red', 'lime', 'blue'], [0, 0.9, 1], 0.45), 'color-mix(in srgb, lime 50%, red)');
    assert.equal(blend(['red', 'blue'], [0, 0.5], 0.9), 'blue');
});
