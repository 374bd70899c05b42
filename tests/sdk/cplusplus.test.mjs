// The public headers as C++20: each alone, every constructor, value and method, without a warning; and what has no
// place in C++ is refused.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const include = fileURLToPath(new URL('../../include/', import.meta.url));
const headers = readdirSync(include, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.h') && !file.includes('generated/'))
    .sort();
const FLAGS = [
    '-std=c++20',
    '-Wall',
    '-Wextra',
    '-Wpedantic',
    '-Werror',
    `-I${include}`,
    '-fsyntax-only',
    '-x',
    'c++',
    '-',
];

function compile(compiler, input) {
    return spawnSync(compiler, FLAGS, { encoding: 'utf8', input, env: { ...process.env, LC_ALL: 'C' } });
}

// Constructors with none of their arguments, values, methods of the browser: whatever the generator makes.
function everything() {
    const lines = [];
    for (const file of ['controls', 'values', 'methods']) {
        const text = readFileSync(`${include}troupe/controls/generated/${file}.h`, 'utf8');
        for (const [, name] of text.matchAll(/^#define (ui_\w+)\(\.\.\.\)/gm))
            lines.push(`    (void)${name}(${file === 'methods' ? 'ev' : ''});`);
    }
    return `#include <troupe/troupe.h>\nTR_ASYNC(everything)\n{\n${lines.join('\n')}\n}\n`;
}

for (const compiler of ['g++', 'clang++']) {
    const options = { skip: spawnSync(compiler, ['--version']).status !== 0 && `${compiler} is not installed` };
    test(`${compiler} takes every header alone`, options, () => {
        for (const header of headers) {
            const { status, stderr } = compile(compiler, `#include <${header}>\n`);
            assert.equal(status, 0, `${header}: ${stderr}`);
        }
    });
    test(`${compiler} takes every constructor, value and method`, options, () => {
        const { status, stderr } = compile(compiler, everything());
        assert.equal(status, 0, stderr);
    });
    test(`${compiler} refuses a wrong type, a name out of order, a layout that lacks a member`, options, () => {
        const wrong = {
            'ui_add(ev, ui_text(.value = 3));': /invalid conversion|cannot initialize/,
            'ui_add(ev, ui_text(.key = "a", .value = "b"));': /order/,
            'tr_app app = {.name = "a", TR_ROUTES(TR_ROUTE("/", wrong))}; (void)app;':
                /cannot convert|cannot initialize|no matching|no viable/,
            'tr_app app = {.name = "a", TR_HTTP_ROUTES(TR_HTTP("GET /", wrong))}; (void)app;':
                /cannot convert|cannot initialize|no matching|no viable/,
            'struct list { char people[12][32]; }; TR_LAYOUT(list, people);': /write \(people, char\)/,
            'struct pair { int a, b; }; TR_LAYOUT(pair, a);': /TR_LAYOUT names every member/,
        };
        for (const [body, says] of Object.entries(wrong)) {
            const { status, stderr } = compile(
                compiler,
                `#include <troupe/troupe.h>\nTR_ASYNC(wrong)\n{\n${body}\n}\n`,
            );
            assert.notEqual(status, 0, `it compiles: ${body}`);
            assert.match(stderr, says);
        }
    });
}
