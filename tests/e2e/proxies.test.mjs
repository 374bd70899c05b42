// TLS in our own listener; and the real nginx, HAProxy and Caddy in front of the real programs, with the files of deploy/proxies: TLS there and two
// gateways without stickiness, a sub-path that is kept, a sub-path that is cut off, a unix socket, connections that
// are passed on with a header of the PROXY protocol, and time-outs that are shorter than a page is idle.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { get as ask } from 'node:http';
import { get as askSecurely } from 'node:https';
import { connect } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePort, key, run, serve, shows, test, until, visit } from './support.mjs';

const deploy = fileURLToPath(new URL('../../deploy/proxies/', import.meta.url));
const IDLE_MS = 7000; // longer than the proxies wait here, which is longer than a busy machine stands still

// Where Debian has each, how it is started, and how its time-outs are written in its file.
const PROXIES = {
    nginx: {
        program: '/usr/sbin/nginx',
        file: 'nginx.conf',
        arguments: (file) => ['-p', folder, '-c', file, '-e', 'stderr', '-g', `daemon off; pid ${folder}/nginx.pid;`],
        hurried: (text) =>
            text
                .replace('proxy_read_timeout 60s', 'proxy_read_timeout 6s')
                .replace('http {', `http {\naccess_log off;\n${temporary()}`),
    },
    haproxy: {
        program: '/usr/sbin/haproxy',
        file: 'haproxy.cfg',
        arguments: (file) => ['-db', '-f', file],
        hurried: (text) => text.replace('timeout tunnel 60s', 'timeout tunnel 6s'),
    },
    caddy: {
        program: '/usr/bin/caddy',
        file: 'Caddyfile',
        arguments: (file) => ['run', '--adapter', 'caddyfile', '--config', file],
        // It has no time-out for WebSockets.
        hurried: (text) => `{\n\tadmin off\n\tauto_https off\n\tskip_install_trust\n}\n${text}`,
    },
};

const temporary = () =>
    ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((one) => `${one}_temp_path ${folder}/${one};`).join('\n');

const folder = mkdtempSync(join(tmpdir(), 'troupe-proxies-'));
const started = [];
let gateways;
let app;
let local; // on a unix socket
let passed; // does TLS, and is told by the proxy who comes

// A proxy that looks at a gateway before that knows a worker gives it up for a while.
const isHealthy = ({ url }) =>
    until(
        `${url} has a worker`,
        async () => (await fetch(new URL('/health', url))).status,
        (status) => status === 200,
    );

const answers = (port) =>
    until(`somebody listens on ${port}`, async () => {
        const socket = connect(port, '127.0.0.1');
        const isThere = await new Promise((done) => {
            socket.once('connect', () => done(true)).once('error', () => done(false));
        });
        socket.destroy();
        return isThere;
    });

// Starts the proxy with its file of deploy/, but for ports, certificate and shorter time-outs.
async function start(name) {
    const { program, file, arguments: args, hurried } = PROXIES[name];
    const ports = [];
    while (ports.length < 5) {
        const port = await freePort();
        if (!ports.includes(port)) ports.push(port);
    }
    const [tls, kept, stripped, onSocket, whole] = ports;
    const places = {
        '127.0.0.1:8000': `127.0.0.1:${gateways[0].port}`,
        '127.0.0.1:8001': `127.0.0.1:${gateways[1].port}`,
        '127.0.0.1:8002': `127.0.0.1:${app.port}`,
        '127.0.0.1:8003': `127.0.0.1:${passed.port}`,
        '/run/troupe/app.sock': local.path,
        '/etc/troupe/': `${folder}/`,
    };
    let text = hurried(readFileSync(join(deploy, file), 'utf8'));
    for (const [from, to] of Object.entries(places)) text = text.replaceAll(from, to);
    text = text
        .replace(/\b8443\b/g, tls)
        .replace(/\b8080\b/g, kept)
        .replace(/\b8081\b/g, stripped)
        .replace(/\b8082\b/g, onSocket)
        .replace(/\b8444\b/g, whole);
    const own = join(folder, `${name}-${file}`);
    writeFileSync(own, text);
    const child = spawn(program, args(own), {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
    });
    const proxy = { child, log: '' };
    for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (more) => {
            proxy.log += more;
        });
    started.push(proxy);
    const last = name === 'haproxy' ? whole : onSocket; // each has what the other has not
    for (const port of [tls, kept, stripped, last])
        await answers(port).catch((error) => assert.fail(`${error.message}\n${proxy.log}`));
    return { tls, kept, stripped, onSocket, whole };
}

const file = (name) => join(folder, name);

// `name.pem` and `name.key`, which are there at once.
function makeCertificate(name, host) {
    execFileSync(
        'openssl',
        [
            ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
            ...['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`],
            ...['-keyout', file('new.key'), '-out', file('new.pem')],
        ],
        { stdio: 'ignore' },
    );
    for (const end of ['key', 'pem']) renameSync(file(`new.${end}`), file(`${name}.${end}`));
}

before(async () => {
    makeCertificate('tls', 'localhost');
    writeFileSync(file('tls.both.pem'), readFileSync(file('tls.pem'), 'utf8') + readFileSync(file('tls.key'), 'utf8'));
    const broker = `ipc://@troupe-proxies-${process.pid}`;
    const front = ['--trusted-proxies', '127.0.0.1', '--ping-interval', '1', '--threads', '1'];
    const cluster = ['--broker', broker];
    await run('counter', ['--role', 'broker', ...cluster]).says(/listening/);
    const role = (name, ...more) => serve('counter', { args: ['--role', name, ...cluster, ...front, ...more] });
    const worker = run('counter', ['--role', 'worker', '--threads', '1', ...cluster]);
    await worker.says(/worker at/);
    gateways = [await role('gateway'), await role('gateway')];
    app = await serve('counter', { args: [...front, '--mount', '/app'] });
    chmodSync(folder, 0o711); // nginx works under another name
    local = run('counter', [
        ...['--host', `unix:${file('app.sock')}`, ...(process.getuid() === 0 ? ['--socket-owner', ':www-data'] : [])],
        ...['--trusted-proxies', 'unix', '--ping-interval', '1', '--threads', '2'],
    ]);
    await local.says(/listening on unix:/);
    local.path = file('app.sock');
    passed = run('counter', [
        ...['--port', '0', '--tls-cert', file('tls.pem'), '--tls-key', file('tls.key')],
        ...['--proxy-protocol', ...front],
    ]);
    const [, url] = await passed.says(/listening on (https:\/\/\S+)/);
    passed.port = Number(new URL(url).port);
    await Promise.all(gateways.map(isHealthy));
});

// Asked, not killed: workers of a master that is gone would go on, and hold what it printed to open.
after(async () => {
    for (const { child } of started) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        await ended;
    }
    rmSync(folder, { recursive: true, force: true });
});

// A page, and how many WebSockets it has opened.
async function open(url) {
    const sockets = [];
    const window = await visit('about:blank', { ignoreHTTPSErrors: true });
    window.page.on('websocket', (socket) => sockets.push(socket));
    await window.page.goto(url);
    return { ...window, sockets };
}

async function clicksAndIsIdle(url) {
    const { page, leave, sockets } = await open(url);
    await page.getByRole('button', { name: 'Add one' }).click();
    await shows(page, 'count', '1');
    await page.waitForTimeout(IDLE_MS); // what is tested is that nothing happens in it
    await page.getByRole('button', { name: 'Add one' }).click();
    await shows(page, 'count', '2');
    assert.equal(sockets.length, 1, `${url}: its WebSocket was cut`);
    // Any gateway has the session.
    await page.reload();
    await shows(page, 'count', '2');
    assert.equal(await page.locator(key('count')).count(), 1);
    await leave();
}

// The address that the gateway knows for a client: it logs a handshake that is none.
async function addressIsKnown(program, client, localAddress, port) {
    const request = client({
        ...{ host: '127.0.0.1', port, localAddress, path: '/ws', rejectUnauthorized: false },
        ...{ headers: { Host: 'localhost', Upgrade: 'websocket', Connection: 'Upgrade' } },
    });
    const [response] = await once(request, 'response');
    response.resume();
    assert.equal(response.statusCode, 426);
    await program.says(new RegExp(`event=handshake_refused status=426 .* peer=${localAddress} `));
}

// What is not below the app's path is nobody's.
async function isNotFound(port) {
    const request = ask({ host: '127.0.0.1', port, path: '/elsewhere', headers: { Host: 'localhost' } });
    const [response] = await once(request, 'response');
    response.resume();
    assert.equal(response.statusCode, 404);
}

for (const name of Object.keys(PROXIES))
    test(`behind ${name}: TLS, a sub-path kept and one cut off, idle pages`, async (context) => {
        if (!existsSync(PROXIES[name].program)) return context.skip(`${name} is not installed`);
        const { tls, kept, stripped, onSocket, whole } = await start(name);
        await Promise.all([
            clicksAndIsIdle(`https://localhost:${tls}/`),
            clicksAndIsIdle(`http://localhost:${kept}/app/`),
            clicksAndIsIdle(`http://localhost:${stripped}/app/`),
            clicksAndIsIdle(name === 'haproxy' ? `https://localhost:${whole}/` : `http://localhost:${onSocket}/`),
        ]);
        await Promise.all([kept, stripped].map(isNotFound));
        if (name === 'haproxy') await addressIsKnown(passed, askSecurely, '127.0.0.2', whole);
        else await addressIsKnown(local, ask, name === 'nginx' ? '127.0.0.3' : '127.0.0.4', onSocket);
    });

// The certificate that a browser gets which asks for that host.
async function certificateOf(port, host, more = {}) {
    const socket = connectSecurely({ port, host: '127.0.0.1', servername: host, rejectUnauthorized: false, ...more });
    await once(socket, 'secureConnect');
    const { subject, fingerprint256 } = socket.getPeerCertificate();
    socket.destroy();
    return { host: subject.CN, fingerprint: fingerprint256 };
}

const changes = (port, host, before) =>
    until(
        `the certificate of ${host} is another one`,
        () => certificateOf(port, host),
        ({ fingerprint }) => fingerprint !== before,
    );

test('TLS in our own listener: several names, read again while pages go on', async () => {
    makeCertificate('one', 'localhost');
    makeCertificate('two', 'two.example');
    const list = (end) => [file(`one.${end}`), file(`two.${end}`)].join(',');
    const plain = await freePort();
    const server = run('counter', [
        ...['--port', '0', '--threads', '2', '--hsts', '60', '--http-redirect', String(plain)],
        ...['--tls-cert', list('pem'), '--tls-key', list('key')],
    ]);
    const [, url] = await server.says(/listening on (https:\/\/\S+)/);
    const port = Number(new URL(url).port);
    const moved = await fetch(`http://127.0.0.1:${plain}/a?b`, { redirect: 'manual' });
    assert.deepEqual([moved.status, moved.headers.get('location')], [308, `https://127.0.0.1:${port}/a?b`]);
    const { page, leave, sockets } = await open(`http://localhost:${plain}/`);
    assert.equal(page.url(), `https://localhost:${port}/`);
    await page.getByRole('button', { name: 'Add one' }).click();
    await shows(page, 'count', '1');
    const one = await certificateOf(port, 'localhost');
    const two = await certificateOf(port, 'two.example');
    assert.deepEqual([one.host, two.host], ['localhost', 'two.example']);
    assert.equal((await certificateOf(port, 'unknown.example')).host, 'localhost');
    await assert.rejects(certificateOf(port, 'localhost', { maxVersion: 'TLSv1.1', minVersion: 'TLSv1.1' }));
    assert.match(await (await fetch(`http://127.0.0.1:${port}/`)).text(), /use https/);

    makeCertificate('one', 'localhost'); // noticed by itself
    await changes(port, 'localhost', one.fingerprint);
    assert.equal((await certificateOf(port, 'two.example')).fingerprint, two.fingerprint);
    const newer = await certificateOf(port, 'localhost');
    writeFileSync(file('one.pem'), 'no certificate');
    server.child.kill('SIGHUP');
    await server.says(/event=certificates_kept .*one\.pem cannot be read/);
    assert.equal((await certificateOf(port, 'localhost')).fingerprint, newer.fingerprint);

    await page.getByRole('button', { name: 'Add one' }).click();
    await shows(page, 'count', '2');
    assert.equal(sockets.length, 1, 'its WebSocket was cut');
    await leave();
    await server.kill();
});

test('a key of another certificate, or none, stops the start with a line', async () => {
    makeCertificate('three', 'localhost');
    makeCertificate('four', 'localhost');
    const start = (...args) => run('counter', ['--port', '0', '--tls-cert', file('three.pem'), ...args]);
    const wrong = start('--tls-key', file('four.key'));
    await wrong.says(/four\.key is not the key of its certificate/);
    const lacking = start();
    await lacking.says(/--tls-cert and --tls-key need each other/);
    await Promise.all([wrong.kill(), lacking.kill()]);
});

// All that comes back on a connection of its own, which the last of its requests ends.
async function say(socket, text) {
    let answer = '';
    socket.setEncoding('latin1').on('data', (more) => {
        answer += more;
    });
    socket.write(text);
    await once(socket, 'close');
    return answer;
}

const REQUEST = 'GET /app/ HTTP/1.1\r\nHost: localhost\r\n\r\n';
const LAST_REQUEST = REQUEST.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n');
const statusesOf = (answer) => [...answer.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => status);

// What the proxy takes for the body of one request, libwebsockets would take for a request: its answer would go to somebody else.
test('behind haproxy: no request is hidden in another one', async (context) => {
    if (!existsSync(PROXIES.haproxy.program)) return context.skip('haproxy is not installed');
    const { kept } = await start('haproxy');
    const hidden = 'GET /app/hidden.png HTTP/1.1\r\nHost: x\r\n\r\n';
    for (const line of ['X: 1', 'If: 1', 'Cook: 1']) {
        const head = `GET /app/ HTTP/1.1\r\nHost: localhost\r\n${line}\r\nContent-Length: ${hidden.length}\r\n`;
        // The second one comes on a connection to the gateway that is there already.
        const text = `${REQUEST}${head}Connection: close\r\n\r\n${hidden}`;
        assert.deepEqual(statusesOf(await say(connect(kept, '127.0.0.1'), text)), ['200', '400'], line);
        for (let other = 0; other < 3; other++)
            assert.deepEqual(statusesOf(await say(connect(kept, '127.0.0.1'), REQUEST + LAST_REQUEST)), ['200', '200']);
    }
});

test('over TLS, a connection is kept for the next request, that of a trusted proxy as any other', async () => {
    const server = (...args) =>
        run('counter', ['--port', '0', '--tls-cert', file('tls.pem'), '--tls-key', file('tls.key'), ...args]);
    const trusting = server('--trusted-proxies', '127.0.0.1');
    const wary = server('--trusted-proxies', '192.0.2.1');
    const request = 'GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n';
    const last = request.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n');
    for (const one of [trusting, wary]) {
        const [, url] = await one.says(/listening on (https:\/\/\S+)/);
        const socket = connectSecurely({ host: '127.0.0.1', port: new URL(url).port, rejectUnauthorized: false });
        const answer = await say(socket, request + last);
        assert.deepEqual(statusesOf(answer), ['200', '200']);
    }
    await Promise.all([trusting.kill(), wary.kill()]);
});

test('a gateway goes, and its pages go on through the other one', async () => {
    const { tls } = await start('haproxy');
    // In turn: one page is at each gateway.
    const both = [await open(`https://localhost:${tls}/`), await open(`https://localhost:${tls}/`)];
    for (const { page } of both) {
        await page.getByRole('button', { name: 'Add one' }).click();
        await shows(page, 'count', '1');
    }
    await gateways[0].kill('SIGTERM');
    for (const { page } of both) {
        await page.getByRole('button', { name: 'Add one' }).click();
        await shows(page, 'count', '2');
    }
    for (const { leave } of both) await leave();
});
