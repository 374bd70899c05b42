import assert from 'node:assert/strict';
import { test } from 'node:test';
import { autocomplete } from '../../src/core/autofill.ts';

test('hints become what browsers fill fields by', () => {
    assert.equal(autocomplete('username'), 'username');
    assert.equal(autocomplete('newPassword'), 'new-password');
    assert.equal(autocomplete(['nickname', 'name']), 'nickname');
});

test('a hint without a word in HTML gives way to the next, or to nothing', () => {
    assert.equal(autocomplete(['birthdayHat', 'postalCode']), 'postal-code');
    assert.equal(autocomplete('birthdayHat'), '');
    assert.equal(autocomplete(null), '');
    assert.equal(autocomplete([]), '');
});
