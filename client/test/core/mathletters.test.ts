import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isWay, written } from '../../src/core/mathletters.ts';

const CAPITALS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const LETTERS = CAPITALS + CAPITALS.toLowerCase();
const WAYS = ['bold', 'italic', 'bold-italic', 'script', 'fraktur', 'double-struck'];

test('letters, digits and Greek are those of formulas, each of which says which plain one it is', () => {
    assert.equal(written('Rk12', 'double-struck'), 'ℝ𝕜𝟙𝟚');
    assert.equal(written('az09Γω', 'bold'), '𝐚𝐳𝟎𝟗𝚪𝛚');
    assert.equal(written('hΑΩα', 'italic'), 'ℎ𝛢𝛺𝛼');
    assert.equal(written('vΘ', 'bold-italic'), '𝒗𝜣');
    assert.equal(written('Lg', 'script'), 'ℒℊ');
    assert.equal(written('gR', 'fraktur'), '𝔤ℜ');
    for (const way of WAYS) assert.equal(written(LETTERS, way).normalize('NFKC'), LETTERS, way);
});

test('what has no such letter stays', () => {
    assert.equal(written('ж + 1', 'script'), 'ж + 1');
    assert.equal(written('x', 'constructor'), 'x');
    assert.ok(!isWay('monospace'));
});
