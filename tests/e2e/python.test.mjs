// "Use any ASGI web server for hosting": the counter under Python's servers, in an environment with pip install ./python (tools/python_servers.sh), and what the
// package says to a server, word by word (tests/python), which needs Python alone.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environment, toldProvider } from './providers.mjs';
import { catchesWords, isAway, run, shows, test, visit } from './support.mjs';

const top = join(dirname(fileURLToPath(import.meta.url)), '../..');
const bin = join(top, 'build/python/venv/bin');
const skip = existsSync(join(bin, 'uvicorn')) ? false : 'no environment for Python, as PyPI could not be reached';
const env = { PYTHONPATH: join(top, 'tests/python'), TROUPE_LOG: 'info', TROUPE_THREADS: '1' };

const servers = {
    uvicorn: (app) => [app, '--host', '127.0.0.1', '--port', '0'],
    hypercorn: (app) => [app, '--bind', '127.0.0.1:0'],
    daphne: (app) => ['-b', '127.0.0.1', '-p', '0', app],
};

async function serve(name, { app = 'main:app', args = [], more = {} } = {}) {
    const server = run(name, [...servers[name](app), ...args], { ...env, ...more }, bin);
    const [, port] = await server.says(/(?:running on http:\/\/|Listening on TCP address )127\.0\.0\.1:(\d+)/i);
    server.url = `http://127.0.0.1:${port}`;
    return server;
}

const add = (page) => page.getByRole('button', { name: 'Add one' });

async function count(page, times, shown) {
    await add(page).evaluate((button, times) => {
        for (let i = 0; i < times; i++) button.click();
    }, times);
    await shows(page, 'count', String(shown));
}

const hasPython = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']).status === 0;
test('what the package says to a server', { skip: hasPython ? false : 'no Python' }, () => {
    const PYTHONPATH = `${join(top, 'python')}:${join(top, 'tests/python')}`;
    const { status, signal, stderr } = spawnSync('python3', ['-B', '-m', 'unittest', 'test_asgi'], {
        env: { ...process.env, PYTHONPATH },
        encoding: 'utf8',
        timeout: 220_000,
        killSignal: 'SIGKILL',
    });
    assert.equal(status, 0, signal === null ? stderr : `ended by ${signal}:\n${stderr}`);
});

// From Python 3.12 on asyncio's Server.wait_closed waits for all connections, and hypercorn 0.18 calls it before it
// tells the app that it ends: it ends once the last page is left.
const isFrom312 = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 12))']).status === 0;

for (const name of Object.keys(servers))
    test(`any ASGI web server hosts the app: ${name}`, { skip }, async () => {
        const server = await serve(name);
        const answer = await fetch(server.url, { method: 'HEAD' });
        assert.equal(answer.status, 200);
        assert.equal((await fetch(`${server.url}/assets/none.js`)).status, 404);
        const { page, leave } = await visit(server.url, { isServerLost: true });
        await count(page, 1, 1);
        await count(page, 60, 61);
        await page.reload();
        await shows(page, 'count', '61');
        await count(page, 1, 62);
        // The page is told that the server goes, and the server ends.
        server.child.kill('SIGTERM');
        if (name === 'hypercorn' && isFrom312) await leave();
        else await isAway(page);
        // Not signalled again: that would end it in the middle of its end.
        await server.closed; // the log is whole
        await server.kill();
        assert.match(server.log, /event=stopped/);
        if (name !== 'hypercorn' || !isFrom312) await leave();
    });

test('files go in and out', { skip }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'troupe-e2e-python-'));
    const server = await serve('hypercorn', { more: { EXAMPLE: 'uploads', TROUPE_UPLOAD_DIR: join(folder, 'in') } });
    const { page, leave } = await visit(server.url);
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose files' }).click();
    await writeFile(join(folder, 'lines.txt'), Buffer.alloc(9_000_000, 'x\n'));
    const isRead = await catchesWords(page, 'lines.txt has 4500000 lines');
    await (await chooser).setFiles([join(folder, 'lines.txt')]);
    await isRead();
    await leave();
    await server.kill('SIGTERM');
    await rm(folder, { recursive: true });
    const other = await serve('uvicorn', { more: { EXAMPLE: 'downloads' } });
    const out = await visit(other.url);
    const coming = out.page.waitForEvent('download', { timeout: 120_000 });
    await out.page.getByRole('button', { name: 'A million squares' }).click();
    const text = await readFile(await (await coming).path(), 'utf8');
    assert.ok(text.endsWith('999999,999998000001\r\n'));
    assert.equal(text.split('\r\n').length, 1_000_001);
    await out.leave();
    await other.kill('SIGTERM');
});

test('a sign-in comes back to the page', { skip }, async () => {
    const provider = await toldProvider();
    const more = {
        EXAMPLE: 'signin',
        TROUPE_SECRET_KEY: 'a secret of sixteen bytes or more',
        ...environment(provider.issuer),
    };
    const server = await serve('uvicorn', { more });
    const { page, leave } = await visit(server.url);
    const popup = page.waitForEvent('popup');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await popup;
    await page.getByText('Signed in as Ada').waitFor();
    await page.reload();
    await page.getByText('Signed in as Ada').waitFor();
    await leave();
    await server.kill('SIGTERM');
    await provider.close();
});

test('the counter below a path of a server', { skip }, async () => {
    const server = await serve('uvicorn', { app: 'below:app' });
    assert.equal(await (await fetch(server.url)).text(), "Somebody else's\n");
    const { page, leave } = await visit(`${server.url}/shop/`);
    await count(page, 3, 3);
    await page.reload();
    await shows(page, 'count', '3');
    await leave();
    await server.kill('SIGTERM');
});

// Which worker has a page's connection is the kernel's choice; with a broker any of them reaches its session.
test('two workers of a server are one app where they have a broker', { skip }, async () => {
    const place = `ipc://@troupe-python-${process.pid}`;
    const broker = run('counter', ['--role', 'broker', '--broker', place]);
    await broker.says(/listening on ipc/);
    const more = { TROUPE_BROKER: place, TROUPE_SECRET_KEY: 'of the two workers alone' };
    const server = await serve('uvicorn', { args: ['--workers', '2'], more });
    await server.says(/event=embedded[^]*event=embedded/);
    const { page, leave } = await visit(server.url);
    for (let i = 1; i <= 12; i++) {
        await count(page, 1, i);
        await page.reload();
        await shows(page, 'count', String(i));
    }
    await leave();
    await server.kill('SIGTERM');
    await broker.kill('SIGTERM');
});

test('an app that does not start ends its server with a reason', { skip }, async () => {
    const server = run('uvicorn', ['main:app', '--port', '0'], { ...env, TROUPE_SESSION_TIMEOUT: 'soon' }, bin);
    await server.closed; // the log is whole
    await server.kill();
    assert.notEqual(server.child.exitCode, 0);
    assert.match(server.log, /TROUPE_SESSION_TIMEOUT/);
});
