import assert from 'node:assert/strict';
import { catchesWords, fitsItsWidth, isAccessible, key, serve, test, visit } from './support.mjs';

const heading = (page, name) => page.getByRole('heading', { level: 1, name, exact: true });
const scrolled = (page) => page.evaluate(() => document.querySelector('.t-view:not([hidden]) .t-view-body').scrollTop);

async function isAt(page, where, title) {
    await heading(page, title).waitFor();
    await page.waitForFunction(([at, name]) => location.pathname === at && document.title === name, [where, title]);
}

test('a deep link has a way back, and reload stays', async () => {
    const server = await serve('notes');
    const { page, leave } = await visit(new URL('/note/3', server.url).href);
    await isAt(page, '/note/3', 'Note 3');
    await page.getByLabel('Text').fill('kept');
    await page.reload();
    await isAt(page, '/note/3', 'Note 3');
    assert.equal(await page.getByLabel('Text').inputValue(), 'kept');
    await page.getByRole('button', { name: 'Back' }).click();
    await isAt(page, '/', 'Notes');
    assert.equal(await page.getByRole('button', { name: 'Back' }).count(), 0);
    await leave();
    await server.kill();
});

test('back and forward find views as they were left', async () => {
    const server = await serve('notes');
    const { page, leave } = await visit(server.url);
    await page.getByLabel('Search').fill('milk');
    const tile = page.locator(key('open-30'));
    await tile.scrollIntoViewIfNeeded();
    const at = await scrolled(page);
    assert.ok(at > 0);
    await tile.click();
    await isAt(page, '/note/30', 'Note 30');
    await page.waitForFunction(() => document.activeElement?.textContent === 'Note 30');
    await page.goBack();
    await isAt(page, '/', 'Notes');
    await page.waitForFunction(
        (wanted) => document.querySelector('.t-view:not([hidden]) .t-view-body').scrollTop === wanted,
        at,
    );
    assert.equal(await page.getByLabel('Search').inputValue(), 'milk');
    await page.waitForFunction(() => document.activeElement?.textContent.includes('Note 30'));
    await page.goForward();
    await isAt(page, '/note/30', 'Note 30');
    await leave();
    await server.kill();
});

test('a question traps the focus and Escape says no', async () => {
    const server = await serve('notes');
    const { page, leave } = await visit(new URL('/note/2', server.url).href);
    const remove = page.getByRole('button', { name: 'Delete' });
    await remove.click();
    const dialog = page.getByRole('dialog', { name: 'Delete this note?' });
    await dialog.waitFor();
    await page.waitForFunction(() => document.activeElement?.textContent === 'Keep');
    for (let i = 0; i < 5; i++) {
        await page.keyboard.press('Tab');
        const isInside = await page.evaluate(() => {
            const active = document.activeElement;
            return active === document.body || active.closest('dialog') !== null;
        });
        assert.ok(isInside, 'the focus stays in the dialog');
    }
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await isAt(page, '/note/2', 'Note 2');
    await remove.click();
    await dialog.waitFor();
    await isAccessible(page);
    const isTold = await catchesWords(page, 'Note 2 deleted');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await isAt(page, '/', 'Notes');
    await isTold();
    assert.equal(await page.locator(key('open-2')).count(), 0);
    await page.goBack();
    await heading(page, 'No such note').waitFor();
    await leave();
    await server.kill();
});

test('an address without a page says so', async () => {
    const server = await serve('notes');
    const { page, leave } = await visit(new URL('/nowhere', server.url).href);
    await page.locator('.t-page').getByText('There is no page at this address.').waitFor();
    await page.getByRole('button', { name: 'Back' }).click();
    await isAt(page, '/', 'Notes');
    await leave();
    await server.kill();
});

for (const colorScheme of ['light', 'dark'])
    test(`notes is accessible and narrow, ${colorScheme}`, async () => {
        const server = await serve('notes');
        const { page, leave } = await visit(server.url, { colorScheme, viewport: { width: 320, height: 600 } });
        await page.locator(key('open-1')).waitFor();
        await isAccessible(page);
        await fitsItsWidth(page);
        const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
        assert.equal(await theme(), colorScheme);
        if (colorScheme === 'light') {
            await page.getByRole('switch', { name: 'Dark' }).click();
            await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark');
            await isAccessible(page);
        }
        await page.locator(key('open-1')).click();
        await isAt(page, '/note/1', 'Note 1');
        await isAccessible(page);
        await fitsItsWidth(page);
        await leave();
        await server.kill();
    });
