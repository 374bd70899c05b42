// Runs Autobahn's test suite against the gateway's WebSocket (tests/programs/echo.c).
//   node tests/autobahn/run.mjs ECHO FOLDER [CASE …]
// The suite is Python 2 and comes from PyPI into FOLDER. Where either cannot be had, one line says so.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const SUITE = 'autobahntestsuite==0.8.2';
// UNIMPLEMENTED is compression, which is not offered. "FAILED BY CLIENT" at the close: the suite did not wait for
// the server to close the TCP connection first, which is preferred and no more (RFC 6455 section 7.1.1).
const ALLOWED = new Set(['OK', 'NON-STRICT', 'INFORMATIONAL', 'UNIMPLEMENTED']);
const ALLOWED_AT_CLOSE = new Set([...ALLOWED, 'FAILED BY CLIENT']);
// 2.10 and 2.11 want ten pongs for ten pings at once. Section 5.5.3 lets a server that has not yet answered one leave
// out others; libwebsockets answers the first of those that it reads at once, so whether 2.11, which sends them in
// single bytes, gets all ten depends on how these arrive. 13.7 offers extensions in more than 250 bytes, which is 431.
const MAY_DIFFER = /^(?:2\.1[01]|13\.7\.\d+)$/;
const [program, folder, ...cases] = process.argv.slice(2);
const site = resolve(folder, 'site');

function skip(why) {
    console.log(`skipped: ${why}`);
    process.exit(0);
}

function pythons() {
    const root = process.env.PYENV_ROOT ?? join(homedir(), '.pyenv');
    const versions = join(root, 'versions');
    const kept = existsSync(versions) ? readdirSync(versions).filter((name) => name.startsWith('2.7')) : [];
    return [process.env.PYTHON2, ...kept.map((name) => join(versions, name, 'bin/python2.7')), 'python2.7', 'python2'];
}

const works = (python) =>
    python && spawnSync(python, ['-c', 'import sys; sys.exit(sys.version_info[0] != 2)']).status === 0;

function install(python) {
    if (existsSync(join(site, 'autobahntestsuite'))) return true;
    rmSync(site, { recursive: true, force: true });
    const result = spawnSync(python, ['-m', 'pip', 'install', '-q', '--target', site, SUITE], { encoding: 'utf8' });
    if (result.status !== 0) rmSync(site, { recursive: true, force: true });
    return result.status === 0;
}

async function serve() {
    const server = spawn(program, [], { stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const line of createInterface({ input: server.stdout })) {
        const port = /:(\d+)$/.exec(line)?.[1];
        if (port) return { server, port };
    }
    throw new Error('the server did not start');
}

function report(index) {
    const rows = Object.entries(index);
    const counts = {};
    const bad = [];
    for (const [name, { behavior, behaviorClose }] of rows) {
        counts[behavior] = (counts[behavior] ?? 0) + 1;
        // Compression alone may be missing: cases 12 and 13.
        const isMissing = behavior === 'UNIMPLEMENTED' && !/^1[23]\./.test(name);
        if (MAY_DIFFER.test(name)) continue;
        if (!ALLOWED.has(behavior) || !ALLOWED_AT_CLOSE.has(behaviorClose) || isMissing)
            bad.push(`${name}: ${behavior}, at the close ${behaviorClose}`);
    }
    console.log(
        `${rows.length} cases: ${Object.entries(counts)
            .map(([name, count]) => `${count} ${name}`)
            .join(', ')}`,
    );
    for (const line of bad) console.log(`not ok ${line}`);
    return rows.length !== 0 && bad.length === 0;
}

const python = pythons().find(works);
if (!python) skip('there is no Python 2.7, in which the Autobahn test suite is written');
mkdirSync(folder, { recursive: true });
if (!install(python)) skip(`${SUITE} could not be installed from PyPI`);
// The package that pip leaves without one, being a namespace.
writeFileSync(join(site, 'zope/__init__.py'), '');
const { server, port } = await serve();
writeFileSync(
    join(folder, 'fuzzingclient.json'),
    JSON.stringify({
        outdir: resolve(folder, 'reports'),
        servers: [{ agent: 'troupe', url: `ws://127.0.0.1:${port}` }],
        cases: cases.length ? cases : ['*'],
        'exclude-cases': [],
        'exclude-agent-cases': {},
    }),
);
rmSync(join(folder, 'reports'), { recursive: true, force: true });
const run = spawnSync(
    python,
    [
        '-c',
        'from autobahntestsuite.wstest import run; run()',
        '-m',
        'fuzzingclient',
        '-s',
        join(folder, 'fuzzingclient.json'),
    ],
    { env: { ...process.env, PYTHONPATH: site }, encoding: 'utf8', timeout: 900000, maxBuffer: 1 << 28 },
);
server.kill();
const index = join(folder, 'reports/index.json');
if (!existsSync(index)) {
    console.log(run.stdout, run.stderr);
    throw new Error('the suite left no report');
}
process.exitCode = report(JSON.parse(readFileSync(index)).troupe) ? 0 : 1;
