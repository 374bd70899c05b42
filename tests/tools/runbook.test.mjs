// The runbook of docs/operations.md: each log line, metric and probe that a row quotes is one that its
// test looks for in what the program says (tests/stories/runbook.c), or, where another story is named, one
// that the program's sources have.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import test from 'node:test';

const operations = readFileSync('docs/operations.md', 'utf8');
const metrics = readFileSync('docs/metrics.md', 'utf8');
const runbook = readFileSync('tests/stories/runbook.c', 'utf8');
const ROOMS = ['actors', 'auth', 'base', 'broker', 'gateway', 'host', 'metrics', 'sdk', 'store', 'uploads', 'wire'];
const sources = execFileSync('git', ['grep', '-h', '', '--', ...ROOMS.map((room) => `${room}/*.[chd]*`)], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
});

function rows() {
    const section = operations.slice(operations.indexOf('### Runbook'));
    const lines = section.slice(0, section.indexOf('\n\nOne page')).split('\n');
    const isHead = (line) => line.startsWith('| when') || line.startsWith('| ---');
    return lines.filter((line) => line.startsWith('| ') && !isHead(line)).map((line) => line.slice(2, -2).split(' | '));
}

function quoted(text) {
    return [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1]);
}

// "a worker is killed" is the test of that name in the runbook's story; `load` a whole story.
function testOf(name) {
    const begin = runbook.indexOf(`START_TEST(${name.replaceAll(' ', '_')}`);
    return begin < 0 ? null : runbook.slice(begin, runbook.indexOf('END_TEST', begin)).replaceAll('\\"', '"');
}

// `member_gone … reason=silent`: an event's name, and its fields. Values that the doc leaves open (…, FILE:LINE) are
// left out.
function wordsOfLine(line) {
    const parts = line.match(/[a-z_]+="[^"]*"|[^\s…]+/g) ?? [];
    return parts.map((word) => word.replace(/=[A-Z]+:LINE$/, '='));
}

function wordsOfProbe(name) {
    return name.startsWith('/') ? [name] : [name.replace(/\{.*/, ''), ...(name.match(/"[a-z_0-9]+"/) ?? [])];
}

// A field of a format is its name; an event is one with a name before its fields.
function isInSources(word) {
    const text = word.replaceAll('"', '');
    const [field, value] = text.split('=');
    const isField = text.includes('=');
    const isNumber = /^\d+$/.test(value ?? '');
    return isField ? sources.includes(`${field}=`) && (isNumber || sources.includes(value)) : sources.includes(text);
}

for (const [when, log, probes] of rows()) {
    const name = quoted(when)[0];
    test(`runbook: ${name}`, () => {
        assert.ok(name, `a row names its test: ${when}`);
        const words = [...quoted(log).flatMap(wordsOfLine), ...quoted(probes).flatMap(wordsOfProbe)];
        const source = testOf(name);
        if (source === null) readFileSync(`tests/stories/${name}.c`);
        const missing = words.filter((word) => (source === null ? !isInSources(word) : !source.includes(word)));
        assert.deepEqual(missing, [], `what nobody says, or no test looks for`);
    });
}

test('runbook: each metric is one of docs/metrics.md', () => {
    for (const [, , probes] of rows())
        for (const name of quoted(probes).filter((text) => /^[a-z]+_[a-z_]+(\{|$)/.test(text)))
            assert.ok(metrics.includes(`\`troupe_${name.replace(/\{.*/, '')}`), name);
});
