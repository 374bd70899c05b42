// The real programs and a real browser. Everything waits for what it needs, and for a bounded time.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after } from 'node:test';
import { launch } from './browsers.mjs';
import { bin, run } from './programs.mjs';
import { dismiss, endTheRest, heed, PATIENCE_MS, until, watchCallsOf, within } from './waits.mjs';

export { freePort } from './ports.mjs';
export { bin, run } from './programs.mjs';
export { PATIENCE_MS, test, until, within } from './waits.mjs';

const here = dirname(fileURLToPath(import.meta.url));
// Files that only tests serve.
export const programs = join(here, '../../build/release/tests/programs');
// Evaluated, not loaded: the page's policy lets no script in from elsewhere.
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
// The browser drops all requests when an interface of the machine comes or goes, as those of containers do.
const NETWORK_CHANGED = 'ERR_NETWORK_CHANGED';
const ABORTED = /^(net::ERR_ABORTED|NS_BINDING_ABORTED)$/;
// What a browser itself reports of each attempt at a server that is gone.
const LOST =
    /^WebSocket connection to .* failed|Firefox can’t establish a connection|The connection to ws:.* was interrupted/;

let browser; // a promise: who visits at the same time shares one

after(async () => {
    await endTheRest();
    await closeBrowser();
});

// One that hangs is left: Playwright ends its process when this one exits.
async function closeBrowser() {
    const closing = browser?.then((it) => it.close());
    await within('the browser closes', PATIENCE_MS, closing ?? true).catch((error) => {
        setTimeout(() => process.exit(1), 1000);
        throw error;
    });
}

// What went between the pages of a window and their server last, for a test that fails once in a hundred runs.
class Story {
    static KEPT = 40;
    lines = [];
    start = performance.now();

    constructor(context) {
        this.context = context;
        let pages = 0;
        context.on('page', (page) => this.follow(page, ++pages));
        heed(this);
    }

    follow(page, number) {
        this.tell(`page ${number} is opened`);
        page.on('websocket', (socket) => {
            const tell = (line) => this.tell(`page ${number} ${line}`);
            tell(`opens ${socket.url()}`);
            socket.on('framesent', ({ payload }) => tell(`> ${payload.length} ${shown(payload)}`));
            socket.on('framereceived', ({ payload }) => tell(`< ${payload.length} ${shown(payload)}`));
            socket.on('close', () => tell('closed'));
        });
    }

    tell(line) {
        this.lines.push(`${this.age()} ms ${line}`);
        if (this.lines.length > Story.KEPT) this.lines.shift();
    }

    age() {
        return Math.round(performance.now() - this.start);
    }

    async testimony() {
        const states = await Promise.all(this.context.pages().map(stateOf));
        return [`--- a window, ${this.age()} ms old`, ...this.lines, ...states].join('\n');
    }

    end() {
        dismiss(this);
        return this.context.close();
    }
}

// A page whose server is gone may never answer.
async function stateOf(page) {
    const look = page.evaluate(() => [location.href, document.activeElement?.outerHTML, document.body.innerText]);
    const lines = await within('the page answers', 2000, look).catch((error) => [page.url(), String(error)]);
    return lines.map((line) => String(line).replace(/\s+/g, ' ').slice(0, 1000)).join('\n');
}

const shown = (payload) =>
    Buffer.from(payload)
        .subarray(0, 160)
        .toString('latin1')
        .replace(/[^ -~]/g, '.');

// An example that serves browsers.
export async function serve(example, { port = 0, args = [], env = {}, folder = bin } = {}) {
    const program = run(example, ['--host', '127.0.0.1', '--port', String(port), ...args], env, folder);
    const [, url] = await program.says(/listening on (http:\/\/\S+)/);
    program.url = url;
    program.port = Number(new URL(url).port);
    return program;
}

// How many pages with a browser a process has that was started with `--admin 0`.
export async function pagesOn(program) {
    const [, admin] = await program.says(/admin at (http:\/\/\S+)/);
    const text = await (await fetch(`${admin}/metrics`)).text();
    return Number(/^troupe_sessions\{state="connected"\} (\d+)$/m.exec(text)[1]);
}

// The one of these workers that has the only page there is. Where the page began does not tell: a worker that joins gets
// its part of the shards, and the pages in them.
export async function hostOf(...workers) {
    const counts = await until(
        'one worker has the page',
        () => Promise.all(workers.map(pagesOn)),
        (all) => all.reduce((sum, count) => sum + count) === 1,
    );
    return workers[counts.indexOf(1)];
}

// THROTTLE=6 gives each page a sixth of a processor, as a slow phone has: what a test does not wait for comes late.
async function slowDown(page) {
    const rate = Number(process.env.THROTTLE ?? 1);
    if (rate <= 1) return;
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate });
}

// A window of its own, with an eye on what goes wrong in it.
export async function visit(url, { isServerLost = false, isHarmless = [], patienceMs = PATIENCE_MS, ...options } = {}) {
    browser ??= launch();
    const context = await (await browser).newContext(options);
    const story = new Story(context);
    context.setDefaultTimeout(patienceMs);
    let isNetworkChanged = false;
    const complaints = [];
    const complain = (text) => {
        story.tell(`complaint: ${text}`);
        if (isServerLost && LOST.test(text)) return;
        if (!isHarmless.some((pattern) => pattern.test(text))) complaints.push(text);
    };
    context.on('page', (page) => {
        page.on('console', (message) => {
            const text = message.text();
            if (text.includes(NETWORK_CHANGED)) return;
            // A property that the client does not have is news for the author, and no fault of the page; but for the
            // page's own, which nobody asked for.
            if (/^troupe: (?!Page\.)\w+\.\w+ is not read by this client$/.test(text)) return;
            if (['error', 'warning'].includes(message.type())) complain(text);
        });
        page.on('pageerror', (error) => complain(String(error)));
        page.on('requestfailed', (request) => {
            const reason = request.failure()?.errorText ?? '';
            // A page that is left early gives up its icon, and code that was on its way.
            if (/\/favicon\.svg$|\/assets\/.*\.js$/.test(request.url()) && ABORTED.test(reason)) return;
            if (isServerLost && reason === 'NS_ERROR_CONNECTION_REFUSED') return;
            if (reason.includes(NETWORK_CHANGED)) isNetworkChanged = true;
            else complain(`${request.url()} ${reason}`);
        });
        page.on('response', (response) => {
            if (response.status() >= 400) complain(`${response.url()} ${response.status()}`);
        });
    });
    const page = await context.newPage();
    await slowDown(page);
    watchCallsOf(context, page, page.keyboard, page.locator('body'));
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
            await within('the window closes', PATIENCE_MS, story.end());
            assert.deepEqual(complaints, [], 'console errors and failed requests');
        },
    };
}

// What a program's log complains of. A stall is the machine's: no handler runs, or it waits for pages of memory that are read back from the disk.
const isStall = (line) =>
    /event=handler_blocks (handler=none|.* cpu_ms=\d{1,2} starved_ms=\d+ disk_reads=[1-9])/.test(line);

export const complaintsOf = (log) =>
    log.split('\n').filter((line) => /level=(warn|error)/.test(line) && !isStall(line));

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

// For what goes by itself, perhaps while nobody looks: looks at each change from now on. The function that it returns waits
// until `look(value)`, which runs in the page, was true once.
export async function catches(page, what, look, value) {
    const watch = await page.evaluateHandle(`(() => {
        const isSo = () => (${look})(${JSON.stringify(value)});
        const once = new Promise((done) => {
            const check = () => {
                if (!isSo()) return;
                observer.disconnect();
                clearInterval(looking);
                done();
            };
            const looking = setInterval(check, 50); // what is in a shadow root changes unseen
            const observer = new MutationObserver(check);
            const all = { subtree: true, childList: true, characterData: true, attributes: true };
            observer.observe(document, all);
            check();
        });
        return { once };
    })()`);
    return () =>
        within(
            what,
            PATIENCE_MS,
            watch.evaluate(({ once }) => once),
        );
}

// The same for words in sight.
export const catchesWords = (page, words) =>
    catches(page, `'${words}' in sight`, (wanted) => document.body.innerText.includes(wanted), words);

// Waits until a text is in sight; fields keep copies of theirs out of it.
export async function says(page, text) {
    await page.getByText(text).filter({ visible: true }).first().waitFor();
}

function escapePattern(text) {
    return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

// What the page says while its server is away, sooner and later.
const AWAY = /Reconnecting…|The server does not answer/;
export const isAway = (page, options = {}) => page.getByText(AWAY).waitFor(options);
export const isBack = (page) => isAway(page, { state: 'hidden' });

export const isAt = (page, path) => page.waitForFunction((wanted) => location.pathname === wanted, path);

export const holds = (field, wanted) =>
    until(
        `${field} holds '${wanted}'`,
        () => field.inputValue(),
        (value) => value === wanted,
    );

// Everything is there, and what appears or goes by and by has done so: half of it has not the colours that it will have.
export const isStill = (page) =>
    page.waitForFunction(() => {
        const isMoving = ({ playState, effect }) =>
            playState === 'running' && effect?.getComputedTiming().endTime < 5000;
        return !document.querySelector('.t-pending, .t-coming') && !document.getAnimations().some(isMoving);
    });

export async function isAccessible(page) {
    await page.evaluate(axe);
    await isStill(page);
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

// The focus is where the eye finds it: something is drawn around or over what has it.
export async function hasVisibleFocus(page) {
    await page.waitForFunction(() => {
        let focused = document.activeElement;
        while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
        const host = focused?.getRootNode()?.host;
        const ring = host?.shadowRoot?.querySelector('md-focus-ring');
        const style = getComputedStyle(focused);
        return ring?.hasAttribute('visible') || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0);
    });
}
