// What Playwright calls a locator, for a page in WebKit: an element is looked for each time it is wanted, must be the only
// one, and is acted on when it can be.

import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import { press, type } from './keys.mjs';

const require = createRequire(import.meta.url);
const playwright = dirname(require.resolve('playwright-core/package.json'));
const { escapeForTextSelector } = require('playwright-core/lib/utils');
const selectors = require(join(playwright, 'lib/utils/isomorphic/locatorUtils.js'));

// An element is not there yet, or not as it must be.
export class Finding extends Error {}

export class Locator {
    constructor(page, selector) {
        this.page = page;
        this.selector = selector;
    }

    toString() {
        return this.selector;
    }

    within(selector) {
        return new Locator(this.page, this.selector ? `${this.selector} >> ${selector}` : selector);
    }

    locator(selector) {
        return this.within(selector);
    }

    filter({ hasText, has, visible }) {
        const more = [
            hasText && `internal:has-text=${escapeForTextSelector(hasText, false)}`,
            has && `internal:has=${JSON.stringify(has.selector)}`,
            visible && 'visible=true',
        ];
        return this.within(more.filter(Boolean).join(' >> '));
    }

    nth(index) {
        return this.within(`nth=${index}`);
    }

    first() {
        return this.nth(0);
    }

    last() {
        return this.nth(-1);
    }

    // What `fn(element, arg)` returns in the page, once there is that one element.
    evaluate(fn, arg, { timeout = this.page.patienceMs } = {}) {
        return this.act(`(finder, element, arg) => (${fn})(element, arg)`, arg, timeout);
    }

    // The same with the finder; what it returns as `missing` is what keeps it from acting.
    act(fn, arg, timeout = this.page.patienceMs) {
        return this.page.tries(this.selector, timeout, async () => {
            const found = await this.page.inside(
                `async (finder, { selector, arg }) => {
                    const all = finder.querySelectorAll(finder.parseSelector(selector), document);
                    if (all.length !== 1) return { missing: all.length + ' elements' };
                    const value = await (${fn})(finder, all[0], arg);
                    return value?.missing ? value : { value };
                }`,
                { selector: this.selector, arg: arg ?? null },
                this.page.evaluate,
            );
            if (found.missing) throw new Finding(found.missing);
            return found.value;
        });
    }

    count() {
        return this.page.inside(
            (finder, selector) => finder.querySelectorAll(finder.parseSelector(selector), document).length,
            this.selector,
        );
    }

    allTextContents() {
        return this.page.inside(
            (finder, selector) =>
                finder.querySelectorAll(finder.parseSelector(selector), document).map((it) => it.textContent),
            this.selector,
        );
    }

    isVisible() {
        return this.page.inside(
            (finder, selector) =>
                finder
                    .querySelectorAll(finder.parseSelector(selector), document)
                    .some((it) => finder.elementState(it, 'visible').matches),
            this.selector,
        );
    }

    waitFor({ state = 'visible', timeout = this.page.patienceMs } = {}) {
        return this.page.tries(`${this.selector} ${state}`, timeout, async () => {
            const [count, isSeen] = await this.page.inside((finder, selector) => {
                const all = finder.querySelectorAll(finder.parseSelector(selector), document);
                return [all.length, all.some((it) => finder.elementState(it, 'visible').matches)];
            }, this.selector);
            const isSo = { visible: isSeen, attached: count > 0, hidden: !isSeen, detached: count === 0 }[state];
            if (!isSo) throw new Finding(`${count} elements`);
        });
    }

    textContent() {
        return this.evaluate((element) => element.textContent);
    }

    inputValue() {
        return this.evaluate((element) => element.value);
    }

    isChecked() {
        return this.act((finder, element) => finder.elementState(element, 'checked').matches);
    }

    getAttribute(name) {
        return this.evaluate((element, wanted) => element.getAttribute(wanted), name);
    }

    boundingBox() {
        return this.evaluate((element) => {
            const { x, y, width, height } = element.getBoundingClientRect();
            return { x, y, width, height };
        });
    }

    // The middle of it, once it stands still and nothing lies over it.
    place() {
        return this.act(async (finder, element) => {
            const missing = await finder.checkElementStates(element, ['visible', 'enabled', 'stable']);
            if (missing) return { missing: missing.missingState ?? 'gone' };
            element.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
            const { x, y, width, height } = element.getBoundingClientRect();
            const point = { x: Math.floor(x + width / 2), y: Math.floor(y + height / 2) };
            const hit = finder.expectHitTarget(point, finder.retarget(element, 'button-link'));
            return hit === 'done' ? point : { missing: `${hit.hitTargetDescription} lies over it` };
        });
    }

    async click({ button = 'left', clickCount = 1 } = {}) {
        const { x, y } = await this.place();
        const which = { left: 0, middle: 1, right: 2 }[button];
        const once = [
            { type: 'pointerDown', button: which },
            { type: 'pointerUp', button: which },
        ];
        const presses = Array.from({ length: clickCount }, () => once).flat();
        await this.point([{ type: 'pointerMove', x, y }, ...presses]);
    }

    async hover() {
        const { x, y } = await this.place();
        await this.point([{ type: 'pointerMove', x, y }]);
    }

    point(actions) {
        return this.page.session.call('POST', '/actions', {
            actions: [{ type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' }, actions }],
        });
    }

    focus() {
        return this.act((finder, element) => finder.focusNode(element));
    }

    fill(text) {
        return this.act((finder, element, value) => {
            if (!finder.elementState(element, 'editable').matches) return { missing: 'it is read only' };
            if (finder.fill(element, value) !== 'needsinput') return;
            document.execCommand(value ? 'insertText' : 'delete', false, value);
        }, text);
    }

    async press(keys) {
        await this.focus();
        await press(this.page.session, keys);
    }

    async pressSequentially(text, { delay = 0 } = {}) {
        await this.focus();
        await type(this.page.session, text, delay);
    }
}

for (const [name, make] of Object.entries({
    getByRole: selectors.getByRoleSelector,
    getByText: selectors.getByTextSelector,
    getByPlaceholder: selectors.getByPlaceholderSelector,
}))
    Locator.prototype[name] = function (...all) {
        return this.within(make(...all));
    };
