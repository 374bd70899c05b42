// Writes a C function for every function of the public headers that calls it with arguments that an
// author might pass by mistake. tests/sdk/api/test_public_calls.c picks those and makes the calls, so that a
// new function is tried without anybody thinking of it.
//   node tools/public_calls.mjs FILE

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { functionsOf, headers as allHeaders } from './public_functions.mjs';

const include = fileURLToPath(new URL('../include/', import.meta.url));

// What would take the test's process over, and why it cannot be called here.
const NOT_CALLED = {
    tr_run: 'runs a program to its end',
    tr_system_run: 'runs a program to its end',
    tr_coroutine_suspend: 'waits until somebody resumes it',
};

// A driver of tests may end its process: that is how it fails.
const isTried = (path) => path.endsWith('.h') && !path.endsWith('/test.h');

const headers = allHeaders().filter(isTried);

const HANDLES = {
    'tr_page *': 'page',
    'tr_event *': 'page',
    'const tr_page *': 'page',
    'const tr_event *': 'page',
    'tr_core *': 'core',
    'const tr_core *': 'core',
    'tr_actor *': 'actor',
    'const tr_actor *': 'actor',
    'ui_control *': 'control',
    'const char *': 'text',
    tr_address: 'address',
    tr_slice: 'slice',
    double: 'number',
    float: 'number',
    'const void *': 'bytes',
    'void *': 'out',
    'char *': 'out',
};
const INTEGERS = /^(?:const )?(?:(?:u?int(?:8|16|32|64)_t)|unsigned|int|bool|size_t|long|uint64_t|enum \w+)$/;

function argument({ type, name }, previous) {
    if (type === 'function') return 'NULL';
    if (type === '...') return 'pick_text(m)';
    if (name === 'fd') return 'pick_fd(m)';
    if (type === 'size_t' && previous !== undefined && /^(?:const )?(?:void|char) \*$/.test(previous.type))
        return 'pick_size(m)';
    if (/deadline|delay|timeout|milliseconds|_ms$/.test(name) && INTEGERS.test(type)) return '1';
    if (INTEGERS.test(type)) return `(${type})pick_integer(m)`;
    if (HANDLES[type] !== undefined) return `pick_${HANDLES[type]}(m)`;
    return type.endsWith('*') ? 'NULL' : `(${type}){0}`;
}

function callOf({ returns, name, parameters }) {
    const isFormat = (i) => parameters[i + 1]?.type === '...';
    const given = parameters.map((each, i) => (isFormat(i) ? '"%.9s"' : argument(each, parameters[i - 1])));
    const last = parameters.at(-1)?.type === '...' ? `given(${given.pop()})` : undefined;
    if (last !== undefined) given.push(last);
    const call = `(${name})(${given.join(', ')});`;
    const made = returns === 'void' ? `    ${call}` : `    ${returns} result = ${call}\n    (void)result;`;
    return `static void call_${name}(mistakes *m)\n{\n    (void)m;\n${made}\n}\n`;
}

const all = new Map();
for (const header of headers)
    for (const each of functionsOf(readFileSync(join(include, header), 'utf8')))
        if (NOT_CALLED[each.name] === undefined) all.set(each.name, each);

const lines = [
    '// Written by tools/public_calls.mjs from include/troupe/.\n',
    ...headers.map((name) => `#include "${name}"`),
    '',
];
for (const each of all.values()) lines.push(callOf(each));
lines.push(
    'static const public_call public_calls[] = {',
    ...[...all.keys()].map((name) => `    {"${name}", call_${name}},`),
    '};\n',
);

const out = process.argv[2];
mkdirSync(dirname(out), { recursive: true });
writeFileSync(out, lines.join('\n'));
