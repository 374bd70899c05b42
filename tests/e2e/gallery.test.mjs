import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { test } from 'node:test';
import { fitsItsWidth, isAccessible, key, run, serve, shows, visit } from './support.mjs';

// "/buttons/filled-button FilledButton", a line for each page.
async function routes() {
    const program = run('gallery', ['--routes']);
    await program.ended;
    return program.log.trim().split('\n').map((line) => line.split(' ')[0]);
}

const open = async (page, url) => {
    await page.goto(url);
    await page.locator(key('stage')).waitFor();
};

test('every page opens without a complaint and is accessible', { timeout: 600_000 }, async () => {
    const server = await serve('gallery');
    const { page, leave } = await visit(server.url, { viewport: { width: 1280, height: 900 } });
    const folder = process.env.SCREENSHOTS;
    if (folder) await mkdir(folder, { recursive: true });
    for (const route of await routes()) {
        await open(page, server.url + route);
        await isAccessible(page).catch((error) => assert.fail(`${route}: ${error.message}`));
        if (folder) await page.screenshot({ path: `${folder}/gallery${route.replaceAll('/', '-')}.png` });
    }
    await leave();
    assert.doesNotMatch(server.log, /level=(warn|error)/);
    await server.kill();
});

test('a property is switched, an event is shown, a control is found', { timeout: 30_000 }, async () => {
    const server = await serve('gallery');
    const { page, leave } = await visit(server.url);
    await page.getByRole('textbox', { name: 'Search' }).fill('filledbutton');
    await page.locator(key('open:/buttons/filled-button')).click();
    const save = page.locator(key('stage')).getByRole('button', { name: 'Save' });
    await save.click();
    await shows(page, 'events', /on_click/);
    await page.getByRole('switch', { name: 'disabled' }).click();
    await page.waitForFunction(() => document.querySelector('[data-key="stage"] md-filled-button')?.disabled);
    await page.getByRole('textbox', { name: 'content' }).fill('Keep');
    await page.locator(key('stage')).getByText('Keep').waitFor();
    assert.equal(new URL(page.url()).pathname, '/buttons/filled-button');
    await leave();
    await server.kill();
});

for (const colorScheme of ['light', 'dark'])
    test(`it fits a phone and is accessible there, ${colorScheme}`, { timeout: 60_000 }, async () => {
        const server = await serve('gallery');
        const { page, leave } = await visit(server.url, { colorScheme, viewport: { width: 360, height: 740 } });
        await page.locator(key('groups')).waitFor();
        await isAccessible(page);
        await fitsItsWidth(page);
        for (const route of ['/buttons/filled-button', '/buttons/popup-menu-button']) {
            await open(page, server.url + route);
            await isAccessible(page);
            await fitsItsWidth(page);
        }
        await page.getByRole('button', { name: colorScheme === 'dark' ? 'Light' : 'Dark' }).click();
        await page.getByRole('button', { name: colorScheme === 'dark' ? 'Dark' : 'Light', exact: true }).waitFor();
        await isAccessible(page);
        await leave();
        await server.kill();
    });
