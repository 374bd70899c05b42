import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { fitsItsWidth, isAccessible, key, serve, shows, test, visit } from './support.mjs';

const ROWS = 20_000;
const MANY_ROWS = 400_000; // which take seconds
let folder;
let files = 0;
before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'csv-'));
    const lines = Array.from({ length: ROWS }, (_, i) => `${i + 1},"Person, ${(i * 7919) % ROWS}",${(i % 1000) / 4}`);
    await writeFile(join(folder, 'people.csv'), `Number,Name,Score\r\n${lines.join('\r\n')}\r\n`);
    const many = Array.from({ length: MANY_ROWS }, (_, i) => `${i},b`).join('\n');
    await writeFile(join(folder, 'many.csv'), `a,b\n${many}\n`);
    await writeFile(join(folder, 'broken.csv'), 'a,b\n1,"2\n');
});
after(() => rm(folder, { recursive: true, force: true }));

const open = () =>
    serve('csv', { env: { CSV_DB: join(folder, `${++files}.db`), TROUPE_UPLOAD_DIR: join(folder, 'uploads') } });
const button = (page, name) => page.getByRole('button', { name, exact: true });

async function send(page, name) {
    const chooser = page.waitForEvent('filechooser');
    await button(page, 'Choose a file').click();
    await (await chooser).setFiles(join(folder, name));
}

test('a file is sent, read, filtered, edited, and taken home', async () => {
    const server = await open();
    const { page, leave } = await visit(server.url);
    await send(page, 'people.csv');
    await shows(page, 'status', `${ROWS} of ${ROWS} rows`);
    await page.getByText('Person, 0', { exact: true }).waitFor();
    await page.locator(key('chart')).locator('svg, canvas').first().waitFor();
    await page.getByRole('textbox', { name: 'Filter' }).fill('person, 1999');
    await shows(page, 'status', `11 of ${ROWS} rows`);
    await page.locator(key('data.sort.2')).click();
    const first = page.getByText('Person, 1999', { exact: true });
    await first.click();
    const field = page.locator(`${key('data.edit')} input`);
    await field.fill('Person, 1999 "the great"');
    await field.press('Enter');
    await page.getByText('Person, 1999 "the great"', { exact: true }).waitFor();
    const coming = page.waitForEvent('download');
    await button(page, 'Download').click();
    const lines = (await readFile(await (await coming).path(), 'utf8')).split('\r\n');
    assert.equal(lines.length, 13);
    assert.equal(lines[0], 'Number,Name,Score');
    assert.match(lines[1], /^\d+,"Person, 1999 ""the great""",[\d.]+$/);
    await leave();
    await server.kill();
});

test('a file that is none is said to be so, and the table stays', async () => {
    const server = await open();
    const { page, leave } = await visit(server.url);
    await button(page, 'Use a sample').click();
    await shows(page, 'status', '5000 of 5000 rows');
    await send(page, 'broken.csv');
    await shows(page, 'status', 'That could not be read: a quote that is not closed');
    await page.getByText('the "1."', { exact: true }).waitFor();
    await page.waitForFunction(() => !document.querySelector('[data-key="busy"]')?.checkVisibility());
    await leave();
    await server.kill();
});

test('somebody else edits while a long file is read, which is then cancelled', async () => {
    const server = await open();
    const [one, other] = [await visit(server.url), await visit(server.url)];
    await button(other.page, 'Use a sample').click();
    await other.page.getByText('the "1."', { exact: true }).waitFor();
    await send(one.page, 'many.csv');
    await one.page.waitForFunction(() => /^\d+000 rows$/.test(document.querySelector('[data-key="status"]').innerText));
    await other.page.getByText('the "1."', { exact: true }).click();
    const field = other.page.locator(`${key('data.edit')} input`);
    await field.fill('edited meanwhile');
    await field.press('Enter');
    await other.page.getByText('edited meanwhile', { exact: true }).waitFor();
    await field.waitFor({ state: 'detached' });
    await button(one.page, 'Cancel').click(); // it is still at it
    await shows(one.page, 'status', 'Cancelled');
    await button(one.page, 'Use a sample').click();
    await shows(one.page, 'status', '5000 of 5000 rows');
    await Promise.all([one.leave(), other.leave()]);
    await server.kill();
});

for (const colorScheme of ['light', 'dark'])
    for (const width of [390, 1280])
        test(`it is accessible and fits, ${colorScheme} at ${width}`, async () => {
            const server = await open();
            const { page, leave } = await visit(server.url, { colorScheme, viewport: { width, height: 800 } });
            await button(page, 'Use a sample').click();
            await page.getByText('the "1."', { exact: true }).waitFor();
            await isAccessible(page);
            await fitsItsWidth(page);
            const shots = process.env.SCREENSHOTS;
            if (shots) {
                await mkdir(shots, { recursive: true });
                await page.waitForTimeout(600); // pictures alone
                await page.screenshot({ path: `${shots}/csv-${colorScheme}-${width}.png` });
            }
            await leave();
            await server.kill();
        });
