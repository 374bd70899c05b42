import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { WALKED, checkAlong } from '../pictures/along.mjs';
import { go, routes } from './gallery_pages.mjs';
import { cutRings } from './rings.mjs';
import { complaintsOf, fitsItsWidth, isAccessible, isAt, key, serve, shows, test, visit } from './support.mjs';

const open = async (page, url) => {
    await page.goto(url);
    await page.locator(key('stage')).waitFor();
};

test('every page opens without a complaint, is accessible and looks as it did', { timeout: 1_800_000 }, async () => {
    const server = await serve('gallery');
    const { width, height, colorScheme } = WALKED;
    const { page, leave } = await visit(server.url, {
        viewport: { width, height },
        colorScheme,
        reducedMotion: 'reduce',
    });
    await page.locator(key('groups')).waitFor();
    const folder = process.env.SCREENSHOTS;
    if (folder) await mkdir(folder, { recursive: true });
    const bad = [];
    for (const place of await routes()) {
        await go(page, place);
        await isAccessible(page).catch((error) => bad.push(`${place.route}: ${error.message}`));
        const difference = await checkAlong(page, place.route);
        if (difference) bad.push(difference);
        if (folder) await page.screenshot({ path: `${folder}/gallery${place.route.replaceAll('/', '-')}.png` });
    }
    assert.deepEqual(bad, []);
    await leave();
    assert.deepEqual(complaintsOf(server.log), []);
    await server.kill();
});

test('a property is switched, an event is shown, a control is found', async () => {
    const server = await serve('gallery');
    const { page, leave } = await visit(server.url);
    await page.getByRole('textbox', { name: 'Search' }).fill('filledbutton');
    await page.locator(key('found:/buttons/filled-button')).click();
    const save = page.locator(key('stage')).getByRole('button', { name: 'Save' });
    await save.click();
    await shows(page, 'events', /on_click/);
    await page.getByRole('switch', { name: 'disabled' }).click();
    await page.waitForFunction(() => document.querySelector('[data-key="stage"] .t-button-filled')?.disabled);
    await page.getByRole('textbox', { name: 'content' }).fill('Keep');
    await page.locator(key('stage')).getByText('Keep').waitFor();
    await isAt(page, '/buttons/filled-button');
    await leave();
    await server.kill();
});

test('every page fits a phone, with the rings of the focus', { timeout: 1_800_000 }, async () => {
    const server = await serve('gallery');
    const { page, leave } = await visit(server.url, { viewport: { width: 360, height: 740 } });
    await page.locator(key('groups')).waitFor();
    const bad = [];
    for (const place of await routes()) {
        await go(page, place);
        await fitsItsWidth(page).catch(() => bad.push(place.route));
        bad.push(...(await cutRings(page, key('stage'))).map((line) => `${place.route}: ${line}`));
    }
    assert.deepEqual(bad, []);
    await leave();
    await server.kill();
});

test('the ring of a line in an open menu is whole', async () => {
    const server = await serve('gallery');
    const { page, leave } = await visit(server.url, { viewport: { width: 390, height: 844 } });
    const bad = [];
    for (const route of ['/buttons/popup-menu-button', '/buttons/popup-menu-item', '/buttons/submenu-button']) {
        await open(page, server.url + route);
        await page
            .locator(`${key('stage')} [aria-haspopup=menu]`)
            .first()
            .press('ArrowDown');
        await page.getByRole('menu').first().waitFor();
        bad.push(...(await cutRings(page, '[role=menu]:popover-open')));
    }
    await open(page, `${server.url}/buttons/context-menu`);
    await page.locator(`${key('stage')} [data-control=ContextMenu]`).click({ button: 'right' });
    await page.getByRole('menu').waitFor();
    bad.push(...(await cutRings(page, '[role=menu]:popover-open')));
    assert.deepEqual(bad, []);
    await leave();
    await server.kill();
});

for (const colorScheme of ['light', 'dark'])
    test(`it fits a phone and is accessible there, ${colorScheme}`, async () => {
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
