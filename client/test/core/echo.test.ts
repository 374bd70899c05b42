import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Echo } from '../../src/core/echo.ts';

test('an older own value is an echo, a new one is not', () => {
    const echo = new Echo();
    for (const [i, value] of ['a', 'ab', 'abc'].entries()) echo.onTyped(value, i * 100);
    assert.equal(echo.isEcho('ab', 300), true);
    assert.equal(echo.isEcho('ABC', 300), false, 'the server changed it on purpose');
    assert.equal(echo.isEcho('ab', 5000), false, 'too late for an echo');
});

test('after a submit the server may put an old value back', () => {
    const echo = new Echo();
    for (const value of ['a', '', 'hello']) echo.onTyped(value, 0);
    assert.equal(echo.isEcho('', 1), true);
    echo.onOtherEvent();
    assert.equal(echo.isEcho('', 1), false);
});
