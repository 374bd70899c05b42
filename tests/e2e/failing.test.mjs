// Errors and lost connections as a person sees them, on a real server: understood, and left.

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { catchesWords, isAccessible, isAt, isAway, key, programs, serve, shows, test, visit } from './support.mjs';

const failing = (options) => serve('failing', { ...options, folder: programs });

async function shoot(page, name) {
    const folder = process.env.SCREENSHOTS;
    if (!folder) return;
    await mkdir(folder, { recursive: true });
    for (const [width, height] of [
        [360, 640],
        [1280, 800],
    ])
        for (const colorScheme of ['light', 'dark']) {
            await page.setViewportSize({ width, height });
            await page.emulateMedia({ colorScheme });
            await page.waitForTimeout(400); // pictures alone: colours fade into each other
            await page.screenshot({ path: `${folder}/${name}-${width}-${colorScheme}.png` });
        }
}

test('a failed handler is a notice, and the page goes on', async () => {
    const server = await failing();
    const { page, leave } = await visit(server.url);
    const isTold = await catchesWords(page, 'Something went wrong');
    await page.locator(key('save')).click();
    await isTold();
    assert.equal(await page.getByText('disk is full').count(), 0);
    await shoot(page, 'notice');
    await page.locator(key('up')).click();
    await shows(page, 'count', '1');
    await server.says(/handler_failed handler=save at=tests\/programs\/failing.c:\d+/);
    await server.says(/reason="cannot save the note: the disk is full"/);
    await leave();
    await server.kill();
});

test('the crash page has three ways out', async () => {
    const server = await failing({ env: { SHOWS: 'page' } });
    const { page, leave } = await visit(server.url);
    const card = page.getByRole('alertdialog', { name: 'Something went wrong here' });
    const fail = async () => {
        await page.locator(key('save')).click();
        await card.waitFor();
    };
    await page.locator(key('up')).click();
    await shows(page, 'count', '1');
    await fail();
    // The way on has the focus, and what lies behind is out of reach.
    await page.waitForFunction(() => document.activeElement.textContent === 'Reload');
    await page.keyboard.press('Escape');
    await card.getByText('Details').click();
    await card.getByText('save failed: cannot save the note: the disk is full').waitFor();
    await isAccessible(page);
    await shoot(page, 'crashed');
    for (let i = 0; i < 6; i++) {
        await page.keyboard.press('Tab');
        assert.ok(await page.evaluate(() => document.activeElement.closest('.t-view') === null));
    }
    await card.getByRole('button', { name: 'Reload' }).click();
    await card.waitFor({ state: 'hidden' });
    await shows(page, 'count', '1');
    await fail();
    await card.getByRole('button', { name: 'Start anew' }).click();
    await card.waitFor({ state: 'hidden' });
    await shows(page, 'count', '0');
    await leave();
    await server.kill();
});

test('a view that cannot be built says so, and going back leaves it', async () => {
    const server = await failing();
    const { page, leave } = await visit(server.url);
    await page.locator(key('broken')).click();
    const card = page.getByRole('alertdialog');
    await card.waitFor();
    await card.getByRole('button', { name: 'Go back' }).click();
    await page.locator(key('up')).waitFor();
    await card.waitFor({ state: 'hidden' });
    await isAt(page, '/');
    await leave();
    await server.kill();
});

test('a server that is away is waited for, and a new session is told', async () => {
    const server = await failing();
    const { page, leave } = await visit(server.url, { isServerLost: true });
    await page.locator(key('up')).click();
    await shows(page, 'count', '1');
    await server.kill();
    const line = page.locator('.t-status');
    await isAway(page);
    await shoot(page, 'reconnecting');
    await line.getByText('The server does not answer').waitFor({ timeout: 120_000 });
    await isAccessible(page);
    await shoot(page, 'away');
    // Before the server is back: then the page may find it by itself, and the button is gone.
    const tries = page.waitForEvent('console', (message) => /WebSocket connection to .* failed/.test(message.text()));
    await line.getByRole('button', { name: 'Try now' }).click();
    await tries;
    const isTold = await catchesWords(page, 'Your session had ended');
    const again = await failing({ port: server.port });
    await isTold();
    await shows(page, 'count', '0');
    await shoot(page, 'restarted');
    await leave();
    await again.kill();
});
