import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Shakes } from '../../src/core/shake.ts';

const rules = { gravity: 2.7, slop: 500, reset: 3000, least: 2 };

test('a device is shaken when it is shaken hard, and often enough', () => {
    const shakes = new Shakes();
    assert.equal(shakes.feel(2, 0, rules), false, 'too soft');
    assert.equal(shakes.feel(3, 100, rules), false, 'the first of two');
    assert.equal(shakes.feel(3, 300, rules), false, 'still the same one');
    assert.equal(shakes.feel(3, 700, rules), true);
    assert.equal(shakes.feel(3, 1300, rules), false, 'it begins anew');
    assert.equal(shakes.feel(3, 5000, rules), false, 'too long after the one before');
    assert.equal(shakes.feel(3, 5600, rules), true);
});
