// An example with the same app in Flet beside it (examples/NAME.c, a .py in examples/NAME) has at most 1.3 times its lines.
// Lines are those that are neither empty nor a comment alone, as clang-format and `ruff format` break them at 100 columns.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const examples = fileURLToPath(new URL('../../examples/', import.meta.url));
const MOST = 1.3;
const COLUMNS = 100;

function linesOf(files, comment) {
    const lines = files.flatMap((file) => readFileSync(file, 'utf8').split('\n'));
    const long = lines.find((line) => line.length > COLUMNS);
    assert.equal(long, undefined, `a line of more than ${COLUMNS} columns`);
    return lines.filter((line) => line.trim() !== '' && !line.trim().startsWith(comment)).length;
}

function filesOf(name, pattern) {
    const folder = `${examples}${name}`;
    const names = existsSync(folder) ? readdirSync(folder) : [];
    return names.filter((file) => pattern.test(file)).map((file) => `${folder}/${file}`);
}

const twins = readdirSync(examples)
    .filter((file) => file.endsWith('.c'))
    .map((file) => file.slice(0, -2))
    .filter((name) => filesOf(name, /\.py$/).length !== 0);

for (const name of twins)
    test(`${name} has at most ${MOST} times the lines of the same app in Flet`, (t) => {
        const own = linesOf([`${examples}${name}.c`, ...filesOf(name, /\.[ch]$/)], '//');
        const theirs = linesOf(filesOf(name, /\.py$/), '#');
        t.diagnostic(`${own} lines of C, ${theirs} of Python: ${(own / theirs).toFixed(2)}`);
        assert.ok(own <= MOST * theirs, `${own} lines, ${theirs} there`);
    });

test('there are such examples', () => assert.deepEqual(twins, ['csv', 'kanban']));
