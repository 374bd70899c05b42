// The examples in Flet's own web client, unmodified. It draws on a canvas; what is asked for here is in the tree that
// it keeps for screen readers once somebody switches that on.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PATIENCE_MS, run, serve, test, until, visit, within } from './support.mjs';

const client =
    process.env.FLUTTER_CLIENT ?? resolve(dirname(fileURLToPath(import.meta.url)), '../../build/flutter/current');
const skip = existsSync(join(client, 'index.html')) ? false : 'make flutter-client has not fetched it';
const WITH_FLUTTER = ['--client', 'flutter', '--flutter-path', client];

// Not of our doing: the client looks for its Rive player at a CDN, which our policy does not let it; and drawing
// without a graphics card is slow, about which the browser complains.
// The last: a page was left before the browser's own view on it had come.
const HARMLESS = [
    /rive_native/,
    /GPU stall due to ReadPixels/,
    /SwiftShader|software WebGL/i,
    /^Cannot render platform views/,
];

const flutter = (example, options = {}) =>
    serve(example, { ...options, args: [...WITH_FLUTTER, ...(options.args ?? [])] });

// A control on the page is in the tree from the next frame on.
async function look(page) {
    await page.locator('flt-semantics-placeholder').evaluate((button) => button.click());
    await page.locator('flt-semantics-host > *').first().waitFor({ state: 'attached' });
}

// Flutter puts an element for typing there a moment after the click, or after what the field was focused for before;
// keys go nowhere until then.
async function type(page, label, text) {
    await page.getByLabel(label).click();
    await until(
        `'${text}' in '${label}'`,
        async () => {
            await page.keyboard.press('Control+A');
            await page.keyboard.type(text);
            return page.evaluate(() => {
                let focused = document.activeElement;
                while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
                return focused?.value;
            });
        },
        (value) => value === text,
    );
}

async function open(url, options = {}) {
    // Each attempt at a server that is gone ends in an exception that nothing in the client catches.
    const isHarmless = options.isServerLost ? [...HARMLESS, /^Exception$/] : HARMLESS;
    const window = await visit(url, { isHarmless, ...options });
    await look(window.page);
    return window;
}

const button = (page, name) => page.getByRole('button', { name, exact: true });
const says = (page, text) => page.getByText(text, { exact: true }).first().waitFor({ state: 'attached' });
const add = (page) => button(page, 'Add one');

for (const renderer of ['auto', 'canvaskit', 'skwasm'])
    test(`counter counts, ${renderer}`, { skip }, async () => {
        const server = await flutter('counter', { args: ['--web-renderer', renderer] });
        const { page, leave } = await open(server.url);
        await page.waitForFunction(() => document.title === 'Counter');
        const isIsolated = await page.evaluate(() => window.crossOriginIsolated);
        assert.equal(isIsolated, renderer !== 'canvaskit');
        await says(page, '0');
        for (const count of ['1', '2', '3']) {
            await add(page).click();
            await says(page, count);
        }
        await page.reload();
        await look(page);
        await says(page, '3');
        await add(page).click();
        await says(page, '4');
        await leave();
        await server.kill();
    });

test('handlers answer while two of them wait', { skip }, async () => {
    const server = await flutter('handlers');
    const { page, leave } = await open(server.url);
    await button(page, 'Call handler').click();
    await button(page, 'Call async handler').click();
    await button(page, 'Click me meanwhile').click();
    await says(page, 'Clicked 1 times meanwhile');
    await says(page, 'Handler clicked');
    await says(page, 'Async handler clicked');
    await leave();
    await server.kill();
});

test('what is typed into the form arrives', { skip }, async () => {
    const server = await flutter('form');
    const { page, leave } = await open(server.url);
    await type(page, 'Your name', 'Ada Lovelace');
    await page.keyboard.press('Enter');
    await says(page, 'Hello, Ada Lovelace!');
    await leave();
    await server.kill();
});

test('the monitor shows live numbers', { skip }, async () => {
    const server = await flutter('monitor');
    const { page, leave } = await open(server.url);
    await page
        .getByText(/^of \d+ cores?$/)
        .first()
        .waitFor({ state: 'attached' });
    await button(page, 'Pause').click();
    await button(page, 'Resume').waitFor({ state: 'attached' });
    await leave();
    await server.kill();
});

test('things to do are added, ticked and filtered', { skip }, async () => {
    const server = await flutter('todo');
    const { page, leave } = await open(server.url);
    for (const text of ['milk', 'bread']) {
        await type(page, 'What is to be done?', text);
        await page.keyboard.press('Enter');
        await page.getByRole('checkbox', { name: text }).waitFor({ state: 'attached' });
    }
    await says(page, '2 things left');
    await page.getByRole('checkbox', { name: 'milk' }).click();
    await says(page, '1 thing left');
    await page.getByRole('radio', { name: 'To do' }).click();
    await page.getByRole('checkbox', { name: 'milk' }).waitFor({ state: 'detached' });
    await page.getByRole('checkbox', { name: 'bread' }).waitFor({ state: 'attached' });
    await leave();
    await server.kill();
});

test('a deep link opens its view, with a way back and a question', { skip }, async () => {
    const server = await flutter('notes');
    const { page, leave } = await open(new URL('/note/3', server.url).href);
    const heading = (name) => page.getByRole('heading', { name, exact: true }).waitFor({ state: 'attached' });
    const isAt = (path) => page.waitForFunction((wanted) => location.pathname === wanted, path);
    await heading('Note 3');
    await button(page, 'Delete').click();
    await says(page, 'Delete this note?');
    await button(page, 'Keep').click();
    await page.getByText('Delete this note?').waitFor({ state: 'detached' });
    await button(page, 'Back').click();
    await heading('Notes');
    await isAt('/');
    await page.getByRole('button', { name: 'Note 2' }).first().click();
    await heading('Note 2');
    await isAt('/note/2');
    await page.goBack();
    await heading('Notes');
    await leave();
    await server.kill();
});

// "/buttons/filled-button FilledButton", a line for each page.
async function galleryPages() {
    const program = run('gallery', ['--routes']);
    await program.closed;
    return program.log
        .trim()
        .split('\n')
        .map((line) => line.split(' '));
}

test('every page of the gallery opens', { skip, timeout: 1_800_000 }, async () => {
    // In the fragment a route changes without loading the client anew.
    // Flutter's engine in WebAssembly dies ("memory access out of bounds") or hangs at times on a machine that stands
    // still now and then; what pages need of the client is the same with the other engine.
    const server = await flutter('gallery', { args: ['--route-url-strategy', 'hash', '--web-renderer', 'canvaskit'] });
    // One page shows another app in itself, at an address where there is none. What the client says about that comes
    // at any time from then on: it is opened last.
    const ELSEWHERE = '/page/flet-app';
    // That one looks for more fonts, which it does not bring; any other address that is not there is still complained of.
    // And a WebView without an address shows its makers' site, which is out of reach here.
    const isHarmless = [
        ...HARMLESS,
        /^(Exception|Error)$/,
        /assets\/fonts\/noto|font Noto Sans|a status of 404/,
        /^https:\/\/flet\.dev\//,
    ];
    const { page, leave } = await open(server.url, { isServerLost: true, isHarmless });
    const bad = [];
    let at = '/';
    page.on('pageerror', (error) => at !== ELSEWHERE && bad.push(`${at}: ${error}`));
    const pages = await galleryPages();
    const isElsewhere = ([route]) => route === ELSEWHERE;
    assert.equal(pages.filter(isElsewhere).length, 1);
    for (const [route, ...name] of [...pages.filter((it) => !isElsewhere(it)), ...pages.filter(isElsewhere)]) {
        at = route;
        await page.evaluate((path) => void (location.hash = path), route);
        await says(page, name.join(' '));
        // The text that Flet's client draws in a red box.
        const wrong = await page.getByText(/Unknown control|must be provided|is required|must have/).allTextContents();
        if (wrong.length > 0) bad.push(`${route}: ${wrong.join('; ')}`);
    }
    assert.deepEqual(bad, []);
    await leave();
    await server.kill();
});

test('routes can live in the fragment, and the app below a path', { skip }, async () => {
    const server = await flutter('notes', { args: ['--mount', '/app', '--route-url-strategy', 'hash'] });
    assert.equal(new URL(server.url).pathname, '/app');
    const { page, leave } = await open(`${server.url}/#/note/4`);
    await page.getByRole('heading', { name: 'Note 4', exact: true }).waitFor({ state: 'attached' });
    await button(page, 'Back').click();
    await page.waitForFunction(() => location.pathname === '/app/' && location.hash === '');
    await page.getByRole('button', { name: 'Note 2' }).first().click();
    await page.waitForFunction(() => location.pathname === '/app/' && location.hash === '#/note/2');
    await leave();
    await server.kill();
});

test('a server that went away and came back is found again', { skip }, async () => {
    const server = await flutter('counter');
    const { page, leave } = await open(server.url, { isServerLost: true });
    await add(page).click();
    await says(page, '1');
    await server.kill();
    const again = await flutter('counter', { port: server.port });
    // Nothing was stored: the number begins anew.
    await says(page, '0');
    await add(page).click();
    await says(page, '1');
    await leave();
    await again.kill();
});

test('a dialog that is open survives a lost line and a reload, once', { skip }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bus-'));
    const cluster = ['--threads', '1', '--broker', `ipc://${folder}/broker`];
    const broker = run('notes', ['--role', 'broker', ...cluster]);
    const worker = run('notes', ['--role', 'worker', ...cluster]);
    const gateway = (port) => flutter('notes', { port, args: ['--role', 'gateway', ...cluster] });
    const one = await gateway(0);
    const { page, leave } = await open(new URL('/note/3', one.url).href, { isServerLost: true });
    await button(page, 'Delete').click();
    await says(page, 'Delete this note?');
    const isBack = new Promise((resolve) => {
        page.on('websocket', (socket) => socket.once('framereceived', resolve));
    });
    await one.kill();
    const two = await gateway(one.port);
    await within('the page comes back', PATIENCE_MS, isBack);
    await button(page, 'Keep').click();
    await page.getByText('Delete this note?').waitFor({ state: 'detached' });
    await button(page, 'Delete').click();
    await says(page, 'Delete this note?');
    await page.reload();
    await look(page);
    await says(page, 'Delete this note?');
    await button(page, 'Keep').click();
    await page.getByText('Delete this note?').waitFor({ state: 'detached' });
    await leave();
    await Promise.all([broker, worker, two].map((program) => program.kill()));
    rmSync(folder, { recursive: true });
});

test('a gateway is replaced and keeps the page; a worker is replaced and does not', { skip }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bus-'));
    const cluster = ['--threads', '1', '--broker', `ipc://${folder}/broker`];
    const broker = run('counter', ['--role', 'broker', ...cluster]);
    const worker = () => run('counter', ['--role', 'worker', ...cluster]);
    const gateway = (port) => flutter('counter', { port, args: ['--role', 'gateway', ...cluster] });
    const first = worker();
    const one = await gateway(0);
    const { page, leave } = await open(one.url, { isServerLost: true });
    await add(page).click();
    await says(page, '1');
    const isBack = new Promise((resolve) => {
        page.on('websocket', (socket) => socket.once('framereceived', resolve));
    });
    await one.kill();
    const two = await gateway(one.port);
    await within('the page comes back', PATIENCE_MS, isBack);
    // The page that came again is drawn before anything on it changes.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    await add(page).click();
    await says(page, '2');
    await first.kill();
    const second = worker();
    await says(page, '0');
    await add(page).click();
    await says(page, '1');
    await leave();
    await Promise.all([broker, second, two].map((program) => program.kill()));
    rmSync(folder, { recursive: true });
});
