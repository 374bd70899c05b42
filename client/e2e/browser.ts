// A real browser for the e2e tests: one Chromium per test file, one page per test.

import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { chromium, type Browser, type BrowserContextOptions, type Locator, type Page } from 'playwright-core';
import { Mock, PATIENCE_MS } from '../test/support/mock.ts';

const FLAGS = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    // A camera and a microphone that are none.
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
];

let browser: Browser | undefined;
const open = new Set<Mock>();

export type Stage = { mock: Mock; page: Page; errors: string[]; done(): Promise<void> };

export async function stage(
    build: (mock: Mock) => void,
    options: BrowserContextOptions = {},
    onRequest: (url: string) => void = () => undefined,
    path = '',
): Promise<Stage> {
    browser ??= await chromium.launch({
        executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
        args: FLAGS,
    });
    const mock = new Mock('../build/client');
    build(mock);
    open.add(mock);
    const url = await mock.listen();
    const context = await browser.newContext(options);
    const page = await context.newPage();
    await slowDown(page);
    page.setDefaultTimeout(PATIENCE_MS);
    const errors: string[] = [];
    page.on('console', (message) => {
        if (message.type() === 'error') errors.push(message.text());
    });
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('request', (request) => onRequest(request.url()));
    await page.goto(url + path);
    await page.locator('[data-control=View]').first().waitFor({ state: 'attached' });
    await isWhole(page);
    return {
        mock,
        page,
        errors,
        async done() {
            await context.close();
            open.delete(mock);
            await mock.close();
        },
    };
}

// THROTTLE=8 gives each page an eighth of a processor, as a slow phone has: what a test does not wait for comes late.
async function slowDown(page: Page): Promise<void> {
    const rate = Number(process.env['THROTTLE'] ?? 1);
    if (rate <= 1) return;
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate });
}

// A server of its own, closed at the end whatever happens.
export async function extraMock(build: (mock: Mock) => void): Promise<Mock> {
    const mock = new Mock('../build/client');
    build(mock);
    open.add(mock);
    await mock.listen();
    return mock;
}

export async function closeBrowser(): Promise<void> {
    // A failed test leaves its server behind, which would keep the process alive.
    for (const mock of open) void mock.close();
    open.clear();
    await browser?.close();
    browser = undefined;
}

export const by = (key: string): string => `[data-key="${key}"]`;

// Waits until the code of all that the page has is there: nothing moves any more as it comes.
export async function isWhole(page: Page): Promise<void> {
    await page.waitForFunction(() => !document.querySelector('.t-pending, .t-coming, :not(:defined)'));
}

// Looks again and again until what it finds `is` so, and returns the last that it found.
export async function until<T>(look: () => T | Promise<T>, is: (found: T) => boolean = Boolean): Promise<T> {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
        const found = await look();
        if (is(found) || performance.now() >= end) return found;
        await pause(20);
    }
}

// What is so in a moment: a page tells what happens before all of it can be seen.
export async function becomes<T>(look: () => T | Promise<T>, wanted: T): Promise<void> {
    assert.deepEqual(await until(look, (found) => isDeepStrictEqual(found, wanted)), wanted);
}

export async function counts(locator: Locator, wanted: number): Promise<void> {
    assert.equal(
        await until(
            () => locator.count(),
            (found) => found === wanted,
        ),
        wanted,
        String(locator),
    );
}

export async function hasFocus(locator: Locator): Promise<void> {
    await locator.and(locator.page().locator(':focus')).waitFor({ state: 'attached' });
}
