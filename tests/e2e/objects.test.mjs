import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import aws4 from 'aws4';
import S3rver from 's3rver';
import { isAccessible, serve, test, visit } from './support.mjs';

const cleanups = [];
after(async () => {
    for (const cleanup of cleanups.reverse()) await cleanup();
});

// Pages of any origin may send and fetch files; nobody may list them.
const CORS = `<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>PUT</AllowedMethod>
<AllowedMethod>GET</AllowedMethod><AllowedHeader>*</AllowedHeader></CORSRule></CORSConfiguration>`;

async function folder() {
    const path = await mkdtemp(join(tmpdir(), 'troupe-e2e-objects-'));
    cleanups.push(() => rm(path, { recursive: true, force: true }));
    return path;
}

const account = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };

// Would somebody else who has the key have signed this request so?
function isSigned({ method, headers, url }) {
    const { pathname, searchParams: query } = new URL(url, 'http://store');
    const kept = new URLSearchParams();
    for (const name of ['X-Amz-Date', 'X-Amz-Expires']) kept.set(name, query.get(name));
    const names = (query.get('X-Amz-SignedHeaders') ?? '').split(';');
    const signed = Object.fromEntries(names.map((name) => [name, headers[name] ?? '']));
    const terms = { service: 's3', region: 'us-east-1', signQuery: true, method, host: headers.host, headers: signed };
    const { path } = aws4.sign({ ...terms, path: `${pathname}?${kept}` }, account);
    return new URL(path, 'http://store').searchParams.get('X-Amz-Signature') === query.get('X-Amz-Signature');
}

// S3rver takes any signature of version 4, as it says itself: another library looks at that first.
async function startStore() {
    const store = new S3rver({
        silent: true,
        directory: await folder(),
        configureBuckets: [{ name: 'files', configs: [CORS] }],
    });
    await store.configureBuckets();
    const serveStore = store.callback();
    const server = createServer((request, response) => {
        if (request.method === 'OPTIONS' || isSigned(request)) serveStore(request, response);
        else response.writeHead(403, { 'access-control-allow-origin': '*', connection: 'close' }).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanups.push(() => server.close());
    return `http://127.0.0.1:${server.address().port}`;
}

const environment = (store, secret = 'S3RVER') => ({
    S3_URL: `${store}/files`,
    S3_ACCESS_KEY: 'S3RVER',
    S3_SECRET_KEY: secret,
});

async function choose(page, name, bytes) {
    const path = join(await folder(), name);
    await writeFile(path, bytes);
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose a file' }).click();
    await (await chooser).setFiles(path);
}

const button = (page, name) => page.getByRole('button', { name, exact: true });

test('a file goes to the store, is read from there, and is deleted', async () => {
    const store = await startStore();
    const server = await serve('objects', { args: ['--upload-origins', store], env: environment(store) });
    const { page, leave } = await visit(server.url);
    await isAccessible(page);
    const puts = [];
    page.on('request', (request) => request.method() === 'PUT' && puts.push(request.url()));
    await choose(page, 'ä b+1.txt', 'Hello\nstore');
    await page.getByText('ä b+1.txt has 11 bytes and begins with "Hello".').waitFor();
    assert.equal(puts.length, 1);
    const url = new URL(puts[0]);
    assert.equal(url.origin, store); // not through our server
    // What is signed is signed to its last bit, and for one method.
    assert.equal((await fetch(url.href.replace('%2B1', '%2B2'), { method: 'PUT', body: 'Hello\nstore' })).status, 403);
    assert.equal((await fetch(url, { method: 'PUT', body: 'more than was chosen' })).status, 403);
    assert.equal((await fetch(url)).status, 403);
    await button(page, 'Delete').click();
    await page.getByText('Nothing is stored.').waitFor();
    await button(page, 'Look').click();
    await page.getByText('The store says 404.').waitFor();
    await leave();
    await server.kill();
});

test('with a wrong key the store refuses, and the page says so', async () => {
    const store = await startStore();
    const env = environment(store, 'another');
    const server = await serve('objects', { args: ['--upload-origins', store], env });
    const { page, leave } = await visit(server.url, { isHarmless: [/403/] });
    await choose(page, 'a.txt', 'x');
    await page.getByText('Upload failed: 403').waitFor();
    await leave();
    await server.kill();
});

test('a page connects to nobody who was not named', async () => {
    const store = await startStore();
    const server = await serve('objects', { env: environment(store) });
    const { page, leave } = await visit(server.url, { isHarmless: [/Content Security Policy/, / csp$/] });
    const refused = page.evaluate(
        () =>
            new Promise((done) =>
                addEventListener('securitypolicyviolation', (event) => done(event.effectiveDirective)),
            ),
    );
    await choose(page, 'a.txt', 'x');
    assert.equal(await refused, 'connect-src');
    await leave();
    await server.kill();
});
