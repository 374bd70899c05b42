import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { follow, merge } from '../../src/core/merge.ts';

// The server's cases, too: both have to come to the same.
test('what one typed is typed into what the other made', () => {
    const lines = readFileSync('../tests/sdk/tree/merge_cases.txt', 'utf8').trimEnd().split('\n');
    assert.ok(lines.length > 200);
    for (const line of lines) {
        const [base, mine, theirs, wanted] = line.split('|') as [string, string, string, string];
        assert.equal(merge(base, mine, theirs), wanted, line);
    }
});

test('a caret stays between the letters that it stood between', () => {
    const cases: [base: string, theirs: string, wanted: string][] = [
        ['hel|lo', 'HELLO', 'HEL|LO'],
        ['1234|', '1,234', '1,234|'],
        ['12|34', '1,234', '1,2|34'],
        ['|abc', 'xabc', 'x|abc'],
        ['ab|c', '', '|'],
        ['a👩|b', 'A👩B', 'A👩|B'],
        ['12a|3', '123', '12|3'],
    ];
    for (const [base, theirs, wanted] of cases) {
        const at = follow(base.indexOf('|'), base.replace('|', ''), theirs);
        assert.equal(`${theirs.slice(0, at)}|${theirs.slice(at)}`, wanted);
    }
});
