// A page in WebKit with Playwright's words, as far as the tests say them. Elements are found by Playwright's own finder, which
// runs in any page: by role and name, by text, through shadow roots. It runs beside the page's own scripts here, so that by
// label it would find what those pretend.

import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { press, type } from './keys.mjs';
import { Locator, Finding } from './locator.mjs';
import { finder, listen } from './inside.mjs';
import { DriverHangs } from './session.mjs';

const EVERY_MS = 20;
const ANSWER_MS = 8000; // of a page on a slow machine
const ASKED = 5;

class Keyboard {
    constructor(session) {
        this.session = session;
    }

    press(keys) {
        return press(this.session, keys);
    }

    type(text, { delay = 0 } = {}) {
        return type(this.session, text, delay);
    }

    // At once, as by a paste.
    insertText(text) {
        return this.session.evaluate((it) => document.execCommand('insertText', false, it), text);
    }
}

export class Page extends EventEmitter {
    constructor(context, session) {
        super();
        this.owner = context;
        this.session = session;
        this.patienceMs = context.patienceMs;
        this.keyboard = new Keyboard(session);
    }

    context() {
        return this.owner;
    }

    url() {
        return this.look(() => location.href);
    }

    title() {
        return this.look(() => document.title);
    }

    evaluate(fn, arg) {
        return this.session.evaluate(fn, arg);
    }

    // What changes nothing is asked again: WebKit drops the question to a document that is just being left, with a word or
    // without, and answers the next one.
    async look(fn, arg) {
        for (let asked = 1; ; asked++)
            try {
                return await this.session.evaluate(fn, arg, ANSWER_MS);
            } catch (error) {
                const isDropped = error instanceof DriverHangs || /before the unload event/.test(error);
                if (!isDropped || asked === ASKED) throw error;
            }
    }

    // With the finder, which each document needs once. It looks, or else what asks is given.
    async inside(fn, arg, ask = this.look) {
        const script = `(arg) => window.finder ? (${fn})(window.finder, arg) : '\\0absent'`;
        const value = await ask.call(this, script, arg);
        if (value !== '\0absent') return value;
        await this.look(finder);
        return ask.call(this, script, arg);
    }

    async waitForFunction(fn, arg, { timeout = this.patienceMs } = {}) {
        return this.tries(`${fn}`.slice(0, 200), timeout, async () => {
            const isSo = await this.look(fn, arg);
            if (!isSo) throw new Finding('it is not so');
            return isSo;
        });
    }

    // Again and again, while what is looked for is not there yet.
    async tries(what, patienceMs, attempt) {
        const end = performance.now() + patienceMs;
        for (;;) {
            try {
                return await attempt();
            } catch (error) {
                const isOnItsWay =
                    error instanceof Finding || /javascript error|Execution context|Page navig/.test(error);
                if (!isOnItsWay) throw error;
                if (performance.now() > end) assert.fail(`${what}: not within ${patienceMs} ms: ${error.message}`);
            }
            await pause(EVERY_MS);
        }
    }

    async goto(url) {
        await this.collect();
        await this.session.call('POST', '/url', { url });
        await this.arrives((wanted) => location.href.startsWith(wanted), url);
    }

    async reload() {
        await this.leaves(() => this.session.call('POST', '/refresh', {}));
    }

    goBack() {
        return this.session.call('POST', '/back', {});
    }

    goForward() {
        return this.session.call('POST', '/forward', {});
    }

    async leaves(act) {
        await this.collect();
        await this.evaluate(() => {
            window.isBefore = true;
        });
        await act();
        await this.arrives(() => !window.isBefore);
    }

    // From the moment that the new document is there, what goes wrong in it is heard.
    async arrives(isThere, arg) {
        await this.tries('a new document', this.patienceMs, async () => {
            if (!(await this.look(isThere, arg))) throw new Finding('the old one');
            await this.look(listen);
        });
        await this.waitForFunction(() => document.readyState === 'complete');
    }

    // What went wrong so far, told as Playwright would.
    async collect() {
        const take = () => window.complaints?.splice(0) ?? [];
        const complaints = await this.session.evaluate(take, undefined, ANSWER_MS).catch(() => []);
        for (const { type: kind, text } of complaints) this.emit('console', { type: () => kind, text: () => text });
    }

    // Of a file picker alone.
    async waitForEvent(name) {
        assert.equal(name, 'filechooser');
        await this.waitForFunction(() => window.chooser !== undefined);
        return { setFiles: (paths) => this.setFiles(paths) };
    }

    async setFiles(paths) {
        const script = 'const it = window.chooser; delete window.chooser; document.body.append(it); return it;';
        const [id] = Object.values(await this.session.call('POST', '/execute/sync', { script, args: [] }));
        await this.session.call('POST', `/element/${id}/value`, { text: paths.join('\n') });
        await this.evaluate(() => document.body.querySelector(':scope > input[type=file]')?.remove());
    }

    async screenshot({ path }) {
        await writeFile(path, Buffer.from(await this.session.call('GET', '/screenshot'), 'base64'));
    }

    // The inner size, of a window with its bars.
    async setViewportSize({ width, height }) {
        const outer = await this.session.call('GET', '/window/rect');
        const inner = await this.look(() => ({ width: innerWidth, height: innerHeight }));
        await this.session.call('POST', '/window/rect', {
            width: outer.width + width - inner.width,
            height: outer.height + height - inner.height,
        });
        await this.waitForFunction((wanted) => innerWidth === wanted, width);
    }

    locator(selector) {
        return new Locator(this, selector);
    }
}

for (const name of ['getByRole', 'getByText', 'getByPlaceholder'])
    Page.prototype[name] = function (...all) {
        return new Locator(this, '')[name](...all);
    };
