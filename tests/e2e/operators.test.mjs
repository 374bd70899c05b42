// What operators' programs read of a running server: metrics by Prometheus's own parser, the log as JSON, and
// the page's events in both. One browser.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { serve, test, until, visit } from './support.mjs';

const top = new URL('../../', import.meta.url);
const reader = fileURLToPath(new URL('metrics.py', import.meta.url));

// Debian's Python, which has the parser's package.
const parse = (input) => JSON.parse(execFileSync('/usr/bin/python3', [reader], { input, maxBuffer: 1 << 26 }));

async function metricsOf(program, path = '/metrics') {
    const [, admin] = await program.says(/admin at (http:\/\/\S+)/);
    const answer = await fetch(admin + path);
    assert.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
    return parse(await answer.text());
}

function sampleOf(families, name, labels = {}) {
    const samples = families.flatMap((family) => family.samples).filter((sample) => sample.name === name);
    const found = samples.filter((s) => Object.entries(labels).every(([label, value]) => s.labels[label] === value));
    assert.equal(found.length, 1, `${name} ${JSON.stringify(labels)}: ${found.length} samples`);
    return Number(found[0].value);
}

test('a click is in the metrics, as their parser reads them, and the log is JSON', async () => {
    const program = await serve('counter', { args: ['--admin', '0', '--log-format', 'json', '--log', 'debug'] });
    const visitor = await visit(program.url);
    await visitor.page.getByRole('button').first().click();
    await visitor.page.waitForFunction(() => document.body.innerText.match(/[1-9-]/));
    // A handler is counted when it is done, which is after its page shows what it did.
    const families = await until(
        'a handler is counted',
        () => metricsOf(program),
        (all) =>
            all.some(
                ({ name, samples }) =>
                    name === 'troupe_handler_seconds' && samples.some(({ labels }) => labels.kind === 'async'),
            ),
    );
    const rows = readFileSync(new URL('metrics/metrics.def', top), 'utf8').matchAll(
        /^FAMILY\(\w+, (\w+), \S+, "(\w+?)(?:_total)?"/gm,
    );
    const kinds = { COUNTER: 'counter', GAUGE: 'gauge', MAXIMUM: 'gauge', LATENCY: 'histogram', SIZES: 'histogram' };
    const defined = new Map([...rows].map(([, kind, name]) => [name, kinds[kind]]));
    assert.equal(new Set(families.map((family) => family.name)).size, families.length, 'none twice');
    for (const family of families) {
        assert.equal(family.type, defined.get(family.name), family.name);
        assert.ok(family.help.length > 0);
        for (const { name, value } of family.samples) assert.ok(Number.isFinite(Number(value)), `${name} ${value}`);
    }
    assert.ok(sampleOf(families, 'troupe_events_total', { kind: 'event' }) >= 1);
    assert.equal(sampleOf(families, 'troupe_sessions', { state: 'connected' }), 1);
    assert.equal(sampleOf(families, 'troupe_websockets', { state: 'attached' }), 1);
    const [{ labels }] = families
        .find((family) => family.name === 'troupe_handler_seconds')
        .samples.filter((sample) => sample.name.endsWith('_count') && sample.labels.kind === 'async');
    assert.ok(sampleOf(families, 'troupe_handler_seconds_bucket', { ...labels, le: '+Inf' }) >= 1);
    const all = await metricsOf(program, '/metrics?cluster');
    assert.equal(sampleOf(all, 'troupe_sessions', { state: 'connected' }), 1);
    await visitor.leave();
    await program.kill('SIGTERM');
    const lines = program.log.split('\n').filter((line) => line !== '' && !/^(listening|admin) /.test(line));
    const events = lines.map((line) => JSON.parse(line).event);
    assert.ok(events.includes('gateway_listening') && events.includes('draining') && events.includes('stopped'));
});
