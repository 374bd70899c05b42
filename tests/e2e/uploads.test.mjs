import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { catchesWords, fitsItsWidth, isAccessible, key, serve, test, visit } from './support.mjs';

const folders = [];
const proxies = [];
after(() => {
    for (const proxy of proxies) proxy.close();
});
after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function open(env = {}, { isCut = false, ...options } = {}) {
    const folder = await mkdtemp(join(tmpdir(), 'troupe-e2e-uploads-'));
    folders.push(folder);
    const server = await serve('uploads', { env: { TROUPE_UPLOAD_DIR: folder, ...env } });
    const proxy = isCut ? await proxyOf(server.port) : null;
    if (proxy) proxies.push(proxy);
    const { page, leave } = await visit(proxy ? `http://127.0.0.1:${proxy.port}/` : server.url, options);
    await page.getByRole('button', { name: 'Choose files' }).waitFor();
    return {
        folder,
        page,
        proxy,
        async done() {
            await leave();
            await server.kill();
        },
    };
}

async function choose(page, ...files) {
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose files' }).click();
    // By their path: bytes would go through the browser's protocol.
    const from = await mkdtemp(join(tmpdir(), 'troupe-e2e-files-'));
    folders.push(from);
    await Promise.all(files.map(({ name, bytes }) => writeFile(join(from, name), bytes)));
    await (await chooser).setFiles(files.map(({ name }) => join(from, name)));
}

// A slow line, so that there is a middle; -1: as fast as can be again.
const sessions = new WeakMap();
async function slowDown(page, bytesPerSecond) {
    if (!sessions.has(page)) sessions.set(page, await page.context().newCDPSession(page));
    await sessions.get(page).send('Network.emulateNetworkConditions', {
        offline: false,
        latency: 0,
        downloadThroughput: -1,
        uploadThroughput: bytesPerSecond,
    });
}

// Between browser and server, so that the line can be cut.
async function proxyOf(port) {
    const sockets = new Set();
    const proxy = createServer((browser) => {
        const server = connect(port, '127.0.0.1');
        for (const [one, other] of [
            [browser, server],
            [server, browser],
        ]) {
            sockets.add(one);
            one.on('error', () => undefined).on('close', () => {
                sockets.delete(one);
                other.destroy();
            });
            one.pipe(other);
        }
    }).listen(0, '127.0.0.1');
    proxy.unref(); // a test that fails leaves it, and its file has to end
    await once(proxy, 'listening');
    return {
        port: proxy.address().port,
        cut() {
            for (const socket of sockets) socket.resetAndDestroy();
        },
        close() {
            this.cut();
            proxy.close();
        },
    };
}

const stored = (folder) => readdir(folder).then((names) => names.filter((name) => name[0] !== '.').sort());
const row = (page, name) => page.locator(`${key('files')} >> text=${name}`).first();

test('files are picked, stored and read', async () => {
    // The page hears that a file is stored before its browser has read the answer, which a reload may cut off.
    const { folder, page, done } = await open({}, { isHarmless: [/upload\?.*ERR_ABORTED/] });
    const bytes = Buffer.from('one\ntwo\nthree\n');
    const isRead = await catchesWords(page, 'größe.txt has 1500000 lines');
    await choose(page, { name: 'a b & c.txt', bytes }, { name: 'größe.txt', bytes: Buffer.alloc(3_000_000, 'x\n') });
    await page.getByText('14 bytes, stored as a b & c.txt').waitFor();
    await page.getByText('3.0 MB, stored as größe.txt').waitFor();
    await isRead();
    assert.deepEqual(await stored(folder), ['a b & c.txt', 'größe.txt']);
    assert.deepEqual(await readFile(join(folder, 'a b & c.txt')), bytes);
    assert.equal((await stat(join(folder, 'größe.txt'))).size, 3_000_000);
    await choose(page, { name: 'a b & c.txt', bytes });
    await page.getByText('14 bytes, stored as a b & c-2.txt').waitFor();
    await page.reload();
    await page.getByText('14 bytes, stored as a b & c-2.txt').waitFor();
    await isAccessible(page);
    await done();
});

test('how far it is shows, and it can be cancelled', async () => {
    const { folder, page, done } = await open({}, { isHarmless: [/410/] });
    await slowDown(page, 500_000);
    await choose(
        page,
        { name: 'slow.bin', bytes: Buffer.alloc(12_000_000, 1) },
        { name: 'next.bin', bytes: Buffer.alloc(10, 1) },
    );
    await page.getByText(/^\d+(\.\d)? MB of 12\.0 MB$/).waitFor({ timeout: 120_000 });
    await page.getByRole('progressbar').first().waitFor();
    assert.deepEqual(await stored(folder), []);
    await page.getByRole('button', { name: 'Cancel slow.bin' }).click();
    await page.getByText('Cancelled').waitFor();
    // The one behind it has its turn.
    await page.getByText('10 bytes, stored as next.bin').waitFor({ timeout: 120_000 });
    assert.deepEqual(await stored(folder), ['next.bin']);
    assert.deepEqual(await readdir(join(folder, '.incoming')), []);
    await done();
});

test('a line that breaks goes on where it was', async () => {
    const { folder, page, proxy, done } = await open(
        {},
        { isCut: true, isServerLost: true, isHarmless: [/upload\?|ERR_|a status of (409|423)/] },
    );
    const bytes = Buffer.alloc(12_000_000);
    for (let i = 0; i < bytes.length; i += 4) bytes.writeUInt32LE((i * 2654435761) % 4294967296, i);
    const asked = [];
    page.on('request', (request) => {
        if (request.url().includes('/upload?'))
            asked.push({ method: request.method(), offset: Number(request.headers()['upload-offset']) });
    });
    await slowDown(page, 500_000);
    await choose(page, { name: 'long.bin', bytes });
    await page.getByText(/^([2-9]|1[01])(\.\d)? MB of 12\.0 MB$/).waitFor({ timeout: 120_000 });
    proxy.cut();
    await slowDown(page, -1);
    await page.getByText('12.0 MB, stored as long.bin').waitFor({ timeout: 120_000 });
    assert.deepEqual([...new Set(asked.map(({ method }) => method))].sort(), ['HEAD', 'PATCH', 'POST']);
    const last = asked.at(-1);
    assert.ok(last.offset > 0 && last.offset < bytes.length, `went on at ${last.offset}`);
    assert.ok((await readFile(join(folder, 'long.bin'))).equals(bytes));
    await done();
});

test('what is too large is said, and nothing is sent', async () => {
    const { folder, page, done } = await open({ TROUPE_MAX_UPLOAD_SIZE: '1KiB' });
    await choose(
        page,
        { name: 'large.bin', bytes: Buffer.alloc(1025) },
        { name: 'fits.bin', bytes: Buffer.alloc(1024) },
    );
    await page.getByText('large.bin is 1.0 KiB; at most 1.0 KiB can be uploaded here').waitFor();
    await page.getByText('1.0 KB, stored as fits.bin').waitFor();
    assert.deepEqual(await stored(folder), ['fits.bin']);
    await done();
});

test('without a folder it says so', async () => {
    const server = await serve('uploads');
    const { page, leave } = await visit(server.url);
    await page.getByRole('button', { name: 'Choose files' }).waitFor();
    const isTold = await catchesWords(page, 'This server takes no uploads');
    await choose(page, { name: 'a.txt', bytes: Buffer.from('x') });
    await isTold();
    await leave();
    await server.kill();
});

for (const colorScheme of ['light', 'dark'])
    for (const width of [390, 1280])
        test(`it fits a window of ${width}, ${colorScheme}`, async () => {
            const { page, done } = await open(
                {},
                { viewport: { width, height: 800 }, colorScheme, isHarmless: [/ERR_ABORTED/] },
            );
            const bytes = Buffer.from('hello\n');
            await choose(page, {
                name: 'report-of-the-year-with-a-name-that-is-longer-than-a-phone-is-wide.pdf',
                bytes,
            });
            await page.getByText(/stored as report/).waitFor();
            await slowDown(page, 500_000);
            await choose(page, { name: 'film.mp4', bytes: Buffer.alloc(9_000_000, 1) }, { name: 'song.mp3', bytes });
            await page.getByText(/^\d+(\.\d)? MB of 9\.0 MB$/).waitFor({ timeout: 120_000 });
            await row(page, 'song.mp3').waitFor();
            await fitsItsWidth(page);
            await isAccessible(page);
            const pictures = process.env.SCREENSHOTS;
            if (pictures) {
                await mkdir(pictures, { recursive: true });
                await page.screenshot({ path: `${pictures}/uploads-${colorScheme}-${width}.png` });
            }
            await done();
        });
