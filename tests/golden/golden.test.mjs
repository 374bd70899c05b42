// The runner itself: every recorded conversation passes, and none does once a value of it is wrong.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const top = new URL('../../', import.meta.url).pathname;
const runner = process.env.GOLDEN ?? join(top, 'build/bin/golden');
const whole = JSON.parse(readFileSync(join(top, 'tests/golden/golden.json'), 'utf8'));

function run(file) {
    const folder = mkdtempSync(join(tmpdir(), 'golden-'));
    const path = join(folder, 'file.json');
    writeFileSync(path, typeof file === 'string' ? file : JSON.stringify(file));
    const { status, stdout, stderr } = spawnSync(runner, [path], {
        encoding: 'utf8',
        env: { ...process.env, TROUPE_LOG: 'error' },
    });
    rmSync(folder, { recursive: true });
    return { status, lines: stdout.trim().split('\n'), stderr };
}

const vectorNamed = (name) => structuredClone(whole.vectors.find((vector) => vector.name === name));
const withVectors = (vectors) => ({ ...whole, vectors });

// JSON.parse loses one thing: whole numbers that were floats stay numbers, which is the same to the runner.
function other(value) {
    if (typeof value === 'boolean') return !value;
    if (typeof value === 'number') return Math.abs(value) < 1e9 ? value + 1 : value / 2;
    if (typeof value === 'string') return `${value}x`;
    return 'was nothing';
}

// Every path to a scalar below a value.
function leaves(value, path = []) {
    if (value !== null && typeof value === 'object')
        return Object.entries(value).flatMap(([key, item]) => leaves(item, [...path, key]));
    return [path];
}

function changed(vector, path) {
    const copy = structuredClone(vector);
    let at = copy;
    for (const step of path.slice(0, -1)) at = at[step];
    at[path.at(-1)] = other(at[path.at(-1)]);
    return { ...copy, name: path.join('.') };
}

// One byte of a recorded packet changed.
function bent(hex, at) {
    const digit = hex[at] === 'f' ? '0' : (parseInt(hex[at], 16) + 1).toString(16);
    return hex.slice(0, at) + digit + hex.slice(at + 1);
}

test('every recorded conversation passes', () => {
    const { status, lines } = run(whole);
    assert.equal(status, 0, lines.filter((line) => line.startsWith('FAILED')).join('\n'));
    assert.equal(lines.filter((line) => line.startsWith('ok ')).length, whole.vectors.length);
    const [, ours, recorded] = /sent (\d+) bytes, recorded (\d+)/.exec(lines.at(-1));
    assert.ok(Number(ours) <= Number(recorded), lines.at(-1));
});

for (const part of ['client_tree', 'ids', 'messages'])
    test(`a conversation with one wrong value in ${part} fails`, () => {
        const wrong = whole.vectors.flatMap((vector) =>
            leaves(vector[part], [part])
                // A comment on a conversation is no part of it.
                .filter((path) => path.at(-1) !== 'note' && path.at(-1) !== 'hex')
                .map((path) => ({ ...changed(vector, path), of: vector.name })),
        );
        assert.ok(wrong.length >= 50, `${wrong.length}`);
        // A share of them, and each time the same one, so that it takes seconds.
        const some = wrong.filter((_, at) => at % Math.ceil(wrong.length / 400) === 0);
        const { status, lines } = run(withVectors(some));
        assert.equal(status, 1);
        const passed = some.filter((_, at) => !lines[at].startsWith('FAILED'));
        assert.deepEqual(
            passed.map((vector) => `${vector.of}: ${vector.name}`),
            [],
        );
    });

test('a conversation with one wrong digit in a packet fails', () => {
    const wrong = whole.vectors.flatMap((vector) =>
        vector.messages.flatMap((message, at) => {
            if (!message.hex) return [];
            const copy = structuredClone(vector);
            copy.messages[at].hex = bent(message.hex, (at * 37 + 5) % message.hex.length);
            return [{ ...copy, name: `${vector.name} ${at}` }];
        }),
    );
    const { status, lines } = run(withVectors(wrong));
    assert.equal(status, 1);
    assert.deepEqual(
        lines.slice(0, wrong.length).filter((line) => line.startsWith('ok ')),
        [],
    );
});

test('an app that does something else fails, and the line says where', () => {
    const vector = vectorNamed('textfield_typing');
    vector.ops[1].ops[0].controls[0].props.label = 'Nam';
    const { status, lines } = run(withVectors([vector]));
    assert.equal(status, 1);
    assert.match(
        lines[0],
        /^FAILED textfield_typing: message 3: .*views\[0\]\.controls\[0\]\.label: recorded "Name", ours "Nam"$/,
    );
});

test('a missing message fails, and one too many', () => {
    const short = vectorNamed('click_changes_text_auto_update');
    short.messages.pop();
    const long = vectorNamed('click_changes_text_auto_update');
    long.messages.push(structuredClone(long.messages[3]));
    const { status, lines } = run(withVectors([short, long]));
    assert.equal(status, 1);
    assert.match(lines[0], /^FAILED /);
    assert.match(lines[1], /^FAILED .*no op says it/);
});

test('what is unknown is named', () => {
    const rows = [
        [{ op: 'sing' }, /^FAILED .*op 3 \(sing\): unknown op 'sing'$/],
        [{ op: 'add', controls: [{ $c: 'Txt' }] }, /unknown control class 'Txt'/],
        [{ op: 'add', controls: [{ $c: 'Text', props: { valu: '' } }] }, /Text\.valu: not found/],
        [
            { op: 'add', controls: [{ $c: 'Text', props: { weight: { $e: 'FontWeight.HEAVY' } } }] },
            /unknown enum member 'FontWeight\.HEAVY'/,
        ],
        [{ op: 'add', controls: [{ $c: 'Text', props: { style: { $v: 'Style' } } }] }, /unknown value class 'Style'/],
        [{ op: 'add', controls: [{ $c: 'Text', props: { style: { $x: 1 } } }] }, /unknown form of a value '\$x'/],
        [{ op: 'set', target: 'nobody', props: { value: '' } }, /no control is named 'nobody'/],
        [{ op: 'invoke', target: 'page', method: 'dance' }, /without the method 'dance'/],
    ];
    const { status, lines } = run(
        withVectors(
            rows.map(([op]) => {
                const vector = vectorNamed('session_crashed');
                vector.ops.splice(2, 0, op);
                return vector;
            }),
        ),
    );
    assert.equal(status, 1);
    for (const [at, [, expected]] of rows.entries()) assert.match(lines[at], expected);
});

test('a file that is none of ours is refused with 2 and a reason', () => {
    for (const [file, reason] of [
        ['{', /line 1/],
        ['[]', /not a file of format/],
        [{ ...whole, format: 'flet-golden/2' }, /not a file of format/],
        [{ ...whole, vectors: [] }, /no vectors/],
        [{ ...whole, conventions: {} }, /client_page_default/],
    ]) {
        const { status, stderr } = run(file);
        assert.equal(status, 2);
        assert.match(stderr, reason);
    }
    assert.equal(spawnSync(runner, ['/no/such/file.json']).status, 2);
    assert.equal(spawnSync(runner, []).status, 2);
});
