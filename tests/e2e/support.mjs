// The real programs and a real browser. Everything waits for what it needs, and for a bounded time.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { chromium } from 'playwright-core';

const here = dirname(fileURLToPath(import.meta.url));
const bin = resolve(process.env.TROUPE_BIN ?? join(here, '../../build/bin'));
// Files that only tests serve.
export const programs = join(here, '../../build/release/tests/programs');
// Evaluated, not loaded: the page's policy lets no script in from elsewhere.
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const START_MS = 30_000;
const CLOSE_MS = 30_000;
// The browser drops all requests when an interface of the machine comes or goes, as those of containers do.
const NETWORK_CHANGED = 'ERR_NETWORK_CHANGED';
const FLAGS = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
];

const running = new Set();
const open = new Set(); // windows that no test has left: a test that fails leaves none
let browser; // a promise: who visits at the same time shares one

after(async () => {
    for (const window of open) console.log(await window.story());
    for (const program of running) console.log(program.log.slice(-4000));
    await Promise.all([...running].map((program) => program.kill()));
    await closeBrowser();
});

// One that hangs is left: Playwright ends its process when this one exits.
async function closeBrowser() {
    const closing = browser?.then((it) => it.close()).then(() => true);
    const late = pause(CLOSE_MS, false, { ref: false });
    if ((await Promise.race([closing ?? true, late])) === true) return;
    setTimeout(() => process.exit(1), 1000);
    assert.fail(`the browser does not close within ${CLOSE_MS} ms`);
}

// What went between a page and its server last, for a test that fails once in a hundred runs.
class Story {
    static KEPT = 60;
    lines = [];
    start = performance.now();

    constructor(page) {
        this.page = page;
        page.on('websocket', (socket) => {
            this.tell(`opens ${socket.url()}`);
            socket.on('framesent', ({ payload }) => this.tell(`> ${payload.length} ${shown(payload)}`));
            socket.on('framereceived', ({ payload }) => this.tell(`< ${payload.length} ${shown(payload)}`));
            socket.on('close', () => this.tell('closed'));
        });
    }

    tell(line) {
        this.lines.push(`${Math.round(performance.now() - this.start)} ms ${line}`);
        if (this.lines.length > Story.KEPT) this.lines.shift();
    }

    async story() {
        const look = this.page
            .evaluate(() => [location.href, document.activeElement?.outerHTML.slice(0, 200), document.body.innerText])
            .catch((error) => [String(error)]);
        // A page whose server is gone may never answer.
        const late = new Promise((resolve) => setTimeout(resolve, 2000, ['it does not answer']));
        const state = await Promise.race([look, late]);
        return [
            `a page that was not left, ${Math.round(performance.now() - this.start)} ms old`,
            ...this.lines,
            ...state,
        ].join('\n');
    }
}

const shown = (payload) =>
    Buffer.from(payload)
        .subarray(0, 160)
        .toString('latin1')
        .replace(/[^ -~]/g, '.');

// One process of an example. Its ready line is what it prints once it can be used.
class Program {
    log = '';
    isClosed = false;

    constructor(child) {
        this.child = child;
        this.ended = once(child, 'exit');
        // Later than its exit: all that it wrote has been read.
        this.closed = once(child, 'close').then(() => {
            this.isClosed = true;
        });
        running.add(this);
        for (const stream of [child.stdout, child.stderr])
            stream.setEncoding('utf8').on('data', (text) => {
                this.log += text;
                child.emit('said');
            });
    }

    async says(pattern, patienceMs = START_MS) {
        const deadline = AbortSignal.timeout(patienceMs);
        for (;;) {
            const match = pattern.exec(this.log);
            if (match) return match;
            if (this.isClosed) assert.fail(`${this.end()} instead of saying ${pattern}:\n${this.log}`);
            await Promise.race([once(this.child, 'said', { signal: deadline }), this.closed]).catch((error) => {
                if (!deadline.aborted) throw error;
                assert.fail(`${this.end()}, and has not said ${pattern} within ${patienceMs} ms:\n${this.log}`);
            });
        }
    }

    // What it writes may be held open by a process that it started: the end is not always seen at `close`.
    end() {
        const { exitCode, signalCode } = this.child;
        if (exitCode === null && signalCode === null) return 'it runs';
        return `it ended with ${exitCode ?? signalCode}`;
    }

    async kill(signal = 'SIGKILL') {
        running.delete(this);
        if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
        await this.ended;
    }
}

export function run(example, args = [], env = {}, folder = bin) {
    const child = spawn(join(folder, example), args, {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, ...env },
    });
    return new Program(child);
}

// A port for a program that cannot be asked which one it has got. It lies below those that the system gives to
// whoever asks for any, so that only another test can take it in the meantime.
export async function freePort() {
    for (;;) {
        const server = createServer();
        const isFree = once(server, 'listening').then(
            () => true,
            () => false,
        );
        const port = 10_000 + Math.floor(Math.random() * 22_000);
        server.listen(port, '127.0.0.1');
        if (!(await isFree)) continue;
        server.close();
        await once(server, 'close');
        return port;
    }
}

// An example that serves browsers.
export async function serve(example, { port = 0, args = [], env = {}, folder = bin } = {}) {
    const program = run(example, ['--host', '127.0.0.1', '--port', String(port), ...args], env, folder);
    const [, url] = await program.says(/listening on (http:\/\/\S+)/);
    program.url = url;
    program.port = Number(new URL(url).port);
    return program;
}

// A window of its own, with an eye on what goes wrong in it.
export async function visit(url, { isServerLost = false, isHarmless = [], patienceMs = 30_000, ...options } = {}) {
    browser ??= chromium.launch({
        executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
        args: FLAGS,
    });
    const context = await (await browser).newContext(options);
    context.setDefaultTimeout(patienceMs);
    let isNetworkChanged = false;
    const complaints = [];
    const complain = (text) => {
        if (!isHarmless.some((pattern) => pattern.test(text))) complaints.push(text);
    };
    context.on('page', (page) => {
        page.on('console', (message) => {
            const text = message.text();
            if (text.includes(NETWORK_CHANGED)) return;
            // A property that the client does not have is news for the author, and no fault of the page.
            if (/^troupe: \w+\.\w+ is not read by this client$/.test(text)) return;
            // The browser itself reports each attempt at a server that is gone.
            if (isServerLost && /^WebSocket connection to .* failed/.test(text)) return;
            if (['error', 'warning'].includes(message.type())) complain(text);
        });
        page.on('pageerror', (error) => complain(String(error)));
        page.on('requestfailed', (request) => {
            const reason = request.failure()?.errorText ?? '';
            // The browser itself gives its icon up when the page is left early.
            if (request.url().endsWith('/favicon.svg') && reason === 'net::ERR_ABORTED') return;
            if (reason.includes(NETWORK_CHANGED)) isNetworkChanged = true;
            else complain(`${request.url()} ${reason}`);
        });
        page.on('response', (response) => {
            if (response.status() >= 400) complain(`${response.url()} ${response.status()}`);
        });
    });
    const page = await context.newPage();
    const story = new Story(page);
    open.add(story);
    for (let isOpen = false; !isOpen; isOpen = !isNetworkChanged) {
        // A leftover of the attempt before is no complaint.
        if (isNetworkChanged) await page.goto('about:blank');
        isNetworkChanged = false;
        complaints.length = 0;
        await page.goto(url).catch((error) => {
            if (!String(error).includes(NETWORK_CHANGED)) throw error;
            isNetworkChanged = true;
        });
    }
    return {
        page,
        context,
        async leave() {
            open.delete(story);
            await context.close();
            assert.deepEqual(complaints, [], 'console errors and failed requests');
        },
    };
}

// What a program's log complains of. A turn without a handler is long where the machine stands still.
export const complaintsOf = (log) =>
    log
        .split('\n')
        .filter((line) => /level=(warn|error)/.test(line) && !/event=handler_blocks handler=none/.test(line));

export const key = (name) => `[data-key="${name}"]`;

// Waits until a text is what it should be.
export async function shows(page, name, wanted) {
    const pattern = wanted instanceof RegExp ? wanted : new RegExp(`^${escapePattern(wanted)}$`);
    const at = page.locator(key(name));
    await at
        .filter({ hasText: pattern })
        .waitFor()
        .catch(async (error) => {
            assert.fail(`${name} shows ${await at.allTextContents()}, not ${wanted}: ${error.message}`);
        });
}

// Waits until a text is in sight; fields keep copies of theirs out of it.
export async function says(page, text) {
    await page.getByText(text).filter({ visible: true }).first().waitFor();
}

function escapePattern(text) {
    return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

export async function isAccessible(page) {
    await page.evaluate(axe);
    const violations = await page.evaluate(async () => {
        const { violations: found } = await window.axe.run(document);
        return found
            .filter(({ impact }) => impact === 'serious' || impact === 'critical')
            .map(({ id, help, nodes }) => ({ id, help, where: nodes.map(({ html }) => html.slice(0, 200)) }));
    });
    assert.deepEqual(violations, []);
}

export async function fitsItsWidth(page) {
    // A chart that follows a resize is drawn a frame later.
    await page.waitForFunction(() => {
        const boxes = [document.documentElement, ...document.querySelectorAll('.t-view-body, .t-view-body > *')];
        return boxes.every((box) => box.scrollWidth <= innerWidth);
    });
}

// Is the focus where the eye finds it: something is drawn around or over what has it.
export async function hasVisibleFocus(page) {
    return page.evaluate(() => {
        let focused = document.activeElement;
        while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
        const host = focused?.getRootNode()?.host;
        const ring = host?.shadowRoot?.querySelector('md-focus-ring');
        const style = getComputedStyle(focused);
        return ring?.hasAttribute('visible') || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0);
    });
}
