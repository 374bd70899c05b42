import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { isAccessible, key, serve, shows, test, visit } from './support.mjs';

const ROWS = 200_000; // 10.4 million pixels: more than the scroll bar has
let folder;
before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'grid-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const open = () => serve('grid', { env: { GRID_FOLDER: folder, GRID_ROWS: String(ROWS) } });
const list = (page) => page.locator('.t-rows');
const order = (page, id) => page.locator(key(`orders.row.${id}`));
const scrollTo = (page, part) =>
    list(page).evaluate((root, at) => {
        root.scrollTop = at * (root.scrollHeight - root.clientHeight);
    }, part);
const rowsThere = (page) => page.locator('.t-rows-row').count();

// Nothing is missing in what is in sight: just after a scroll the rows that were there may be out of it.
async function isFilled(page) {
    await page.waitForFunction(() => {
        const root = document.querySelector('.t-rows');
        const top = root.querySelector('.t-rows-header').getBoundingClientRect().bottom;
        const bottom = root.getBoundingClientRect().top + root.clientTop + root.clientHeight;
        const boxes = [...root.querySelectorAll('.t-rows-row')].map((row) => row.getBoundingClientRect());
        const seen = boxes.filter((box) => box.bottom > top + 1 && box.top < bottom - 1);
        const reaches = (edge, at) => Math.abs(edge - at) < 2;
        const covered = seen.reduce((sum, box) => sum + Math.min(box.bottom, bottom) - Math.max(box.top, top), 0);
        return root.ariaBusy !== 'true' && reaches(covered, bottom - top);
    });
}

async function rowOnTop(page) {
    return page.evaluate(() => {
        const top = document.querySelector('.t-rows-header').getBoundingClientRect().bottom;
        const rows = [...document.querySelectorAll('.t-rows-row')];
        return Number(rows.find((row) => row.getBoundingClientRect().bottom > top + 1).ariaRowIndex) - 2;
    });
}

test('marks stand under the head of their column', async () => {
    const server = await open();
    const { page, leave } = await visit(server.url);
    await order(page, 1).waitFor();
    const middleOf = async (at) => {
        const box = await at.boundingBox();
        return box.x + box.width / 2;
    };
    const head = await middleOf(page.locator('.t-rows-header svg').first());
    const mark = await middleOf(page.locator(key('orders.select.1')));
    assert.ok(Math.abs(head - mark) < 2, `${head}, ${mark}`);
    await leave();
    await server.kill();
});

test('titles stand above their cells, however short they are', async () => {
    const server = await open();
    const { page, leave } = await visit(server.url);
    await order(page, 1).waitFor();
    const startOf = (at) =>
        at.evaluate((element) => {
            const range = document.createRange();
            range.selectNodeContents(element);
            return range.getBoundingClientRect().x;
        });
    const title = await startOf(page.locator(`${key('orders.sort.3')} .t-button-label`));
    const cell = await startOf(page.locator(`${key('orders.1.3')} .t-text`));
    assert.ok(Math.abs(title - cell) < 1, `${title}, ${cell}`);
    await leave();
    await server.kill();
});

test('the middle, the end and back', async () => {
    const server = await open();
    const { page, leave } = await visit(server.url);
    await shows(page, 'count', '200 000 orders');
    await order(page, 1).waitFor();
    await scrollTo(page, 0.5);
    await order(page, ROWS / 2).waitFor();
    await isFilled(page);
    assert.ok(Math.abs((await rowOnTop(page)) - ROWS / 2) < 20);
    assert.ok((await rowsThere(page)) < 120);
    await list(page).focus();
    await page.keyboard.press('End');
    await order(page, ROWS).waitFor();
    await isFilled(page);
    const [last, box] = [await order(page, ROWS).boundingBox(), await list(page).boundingBox()];
    assert.ok(Math.abs(last.y + last.height - box.y - box.height) < 2, 'the last row ends where the list does');
    await page.keyboard.press('PageUp');
    await order(page, ROWS - 25).waitFor();
    await page.waitForFunction((last) => {
        const box = document.querySelector('.t-rows').getBoundingClientRect();
        const row = document.querySelector(`[data-key="orders.row.${last}"]`)?.getBoundingClientRect();
        return !row || row.top > box.bottom;
    }, ROWS);
    await isFilled(page);
    await page.keyboard.press('Home');
    await order(page, 1).waitFor();
    await isFilled(page);
    assert.equal(await rowOnTop(page), 0);
    await leave();
    await server.kill();
});

test('a wheel goes on by pixels, in the middle of a bar that is too short', async () => {
    const server = await open();
    const { page, leave } = await visit(server.url);
    await order(page, 1).waitFor();
    await scrollTo(page, 0.3);
    await isFilled(page);
    const start = await rowOnTop(page);
    await list(page).hover();
    for (let i = 0; i < 10; i++) {
        await page.mouse.wheel(0, 520);
        await page.waitForFunction(() => true);
        await isFilled(page);
    }
    await page.waitForFunction((wanted) => {
        const top = document.querySelector('.t-rows-header').getBoundingClientRect().bottom;
        const row = [...document.querySelectorAll('.t-rows-row')].find(
            (one) => one.getBoundingClientRect().bottom > top + 1,
        );
        return row !== undefined && Math.abs(Number(row.ariaRowIndex) - 2 - wanted) <= 2;
    }, start + 100);
    await leave();
    await server.kill();
});

test('the header stays, says the order, and rows say their places', async () => {
    const server = await open();
    const { page, leave } = await visit(server.url);
    await order(page, 1).waitFor();
    assert.equal(await list(page).getAttribute('aria-rowcount'), String(ROWS + 1));
    await scrollTo(page, 0.5);
    await isFilled(page);
    await page.locator(key('orders.sort.4')).click();
    await page.waitForFunction(() => document.querySelector('.t-rows').scrollTop === 0);
    await isFilled(page);
    await page.waitForFunction(() => {
        const amounts = [...document.querySelectorAll('[data-key^="orders."]')]
            .filter((cell) => /^orders\.\d+\.4$/.test(cell.dataset.key))
            .map((cell) => parseFloat(cell.textContent));
        return amounts.length > 10 && amounts.every((amount, at) => at === 0 || amounts[at - 1] <= amount);
    });
    assert.equal(await page.getByRole('columnheader').count(), 6);
    const sorted = page.locator('[aria-sort]');
    assert.equal(await sorted.count(), 1);
    assert.equal(await sorted.getAttribute('aria-sort'), 'ascending');
    assert.equal((await sorted.innerText()).trim(), 'Amount');
    await page.locator(key('orders.sort.4')).click();
    await page.locator('[role=columnheader][aria-sort=descending]').waitFor();
    await isAccessible(page);
    await leave();
    await server.kill();
});

test('a cell is edited in place, and another browser sees it', async () => {
    const server = await open();
    const [one, two] = [await visit(server.url), await visit(server.url)];
    await Promise.all([order(one.page, 5).waitFor(), order(two.page, 5).waitFor()]);
    await one.page.locator(key('orders.5.2')).click();
    const field = one.page.locator(`${key('orders.edit')} input`);
    // The field, too, is in the cell.
    const isBack = () => one.page.waitForFunction((cell) => document.activeElement?.matches(cell), key('orders.5.2'));
    await field.press('Escape');
    await isBack();
    await one.page.keyboard.press('Enter');
    await field.fill('Zoe Zimmer');
    await field.press('Enter');
    await isBack();
    await order(two.page, 5).filter({ hasText: 'Zoe Zimmer' }).waitFor();
    await order(one.page, 5).filter({ hasText: 'Zoe Zimmer' }).waitFor();
    await one.leave();
    await two.leave();
    await server.kill();
});

test('a row that goes gives its focus to the list, and gets it back', async () => {
    const server = await open();
    const { page, leave } = await visit(server.url);
    await order(page, 3).waitFor();
    await page.getByRole('checkbox', { name: 'Select 3', exact: true }).focus();
    await scrollTo(page, 0.5);
    await isFilled(page);
    await page.waitForFunction(() => document.activeElement?.classList.contains('t-rows'));
    await scrollTo(page, 0);
    await order(page, 3).waitFor();
    await page.waitForFunction(() => document.activeElement?.closest('[data-key="orders.row.3"]'));
    await leave();
    await server.kill();
});

test('a reload and a lost connection ask again', async () => {
    const server = await open();
    const { page, context, leave } = await visit(server.url, { isServerLost: true });
    await order(page, 1).waitFor();
    await scrollTo(page, 0.5);
    await order(page, ROWS / 2).waitFor();
    await page.reload();
    await order(page, 1).waitFor();
    await isFilled(page);
    await context.setOffline(true);
    await scrollTo(page, 0.25);
    await context.setOffline(false);
    await order(page, ROWS / 4).waitFor();
    await isFilled(page);
    await leave();
    await server.kill();
});
