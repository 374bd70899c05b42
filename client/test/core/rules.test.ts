import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { rulesOf } from '../../src/core/rules.ts';

// The server's cases, too.
test('a field takes what its rules leave', () => {
    const lines = readFileSync('../tests/sdk/tree/rule_cases.txt', 'utf8').trimEnd().split('\n');
    assert.ok(lines.length > 20);
    for (const line of lines) {
        const [regex, allow, replacement, capitals, most, now, typed, wanted] = line.split('|') as string[];
        const filter = {
            regex_string: regex!,
            allow: allow === 'allow',
            replacement_string: replacement!,
            unicode: true,
        };
        assert.equal(rulesOf(filter, capitals || null, Number(most) || null)(now!, typed!), wanted, line);
    }
});
