import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { fitsItsWidth, isAccessible, key, serve, shows, test, visit } from './support.mjs';

const field = (page) => page.getByRole('textbox', { name: 'What is to be done?' });
const radio = (page, name) => page.locator(`${key(name)} md-radio`);
const box = (page, name) => page.getByRole('checkbox', { name, exact: true });

async function add(page, ...texts) {
    for (const text of texts) {
        await field(page).fill(text);
        await field(page).press('Enter');
        await box(page, text).waitFor();
    }
}

test('a list is kept with the keyboard alone', async () => {
    const server = await serve('todo');
    const { page, leave } = await visit(server.url);
    await field(page).waitFor();
    // The field has the focus from the start, and keeps it.
    await page.waitForFunction(() => document.activeElement?.localName.includes('text-field'));
    await page.keyboard.type('Milk');
    await page.keyboard.press('Enter');
    await box(page, 'Milk').waitFor();
    await page.waitForFunction(() => document.activeElement?.value === '');
    await page.keyboard.type('Bread');
    await page.keyboard.press('Enter');
    await shows(page, 'left', '2 things left');
    await box(page, 'Milk').focus();
    await page.keyboard.press('Space');
    await shows(page, 'left', '1 thing left');
    await page.getByRole('button', { name: 'Edit Bread' }).focus();
    await page.keyboard.press('Enter');
    const edit = page.getByRole('textbox', { name: 'Edit' });
    await edit.waitFor();
    await page.waitForFunction(() => document.activeElement?.value === 'Bread');
    await page.keyboard.press('Escape');
    await box(page, 'Bread').waitFor();
    await page.getByRole('button', { name: 'Edit Bread' }).focus();
    await page.keyboard.press('Enter');
    await edit.fill('Rye bread');
    await page.keyboard.press('Enter');
    await box(page, 'Rye bread').waitFor();
    await leave();
    await server.kill();
});

test('it is filtered, and a reload has it as it was', async () => {
    const server = await serve('todo');
    const { page, leave } = await visit(server.url);
    await add(page, 'Milk', 'Bread', 'Salt');
    await box(page, 'Bread').click();
    await shows(page, 'left', '2 things left');
    await radio(page, 'finished').click();
    await box(page, 'Milk').waitFor({ state: 'detached' });
    assert.equal(await page.getByRole('checkbox').count(), 1);
    await page.reload();
    await box(page, 'Bread').waitFor();
    assert.equal(await page.getByRole('checkbox').count(), 1);
    assert.equal(await radio(page, 'finished').evaluate((button) => button.checked), true);
    await page.getByRole('button', { name: 'Clear what is done' }).click();
    await box(page, 'Bread').waitFor({ state: 'detached' });
    await radio(page, 'all').click();
    await page.getByRole('button', { name: 'Delete Milk' }).click();
    await box(page, 'Milk').waitFor({ state: 'detached' });
    assert.equal(await page.getByRole('checkbox').count(), 1);
    await leave();
    await server.kill();
});

for (const colorScheme of ['light', 'dark'])
    for (const width of [320, 1280])
        test(`it is accessible and fits, ${colorScheme} at ${width}`, async () => {
            const server = await serve('todo');
            const { page, leave } = await visit(server.url, { colorScheme, viewport: { width, height: 640 } });
            await add(page, 'Milk', 'Something whose text is too long for one line of a small screen', 'Salt');
            await box(page, 'Milk').click();
            await page.getByRole('button', { name: 'Edit Salt' }).click();
            await page.getByRole('textbox', { name: 'Edit' }).waitFor();
            const folder = process.env.SCREENSHOTS;
            if (folder) {
                await mkdir(folder, { recursive: true });
                await page.screenshot({ path: `${folder}/todo-${colorScheme}-${width}.png` });
            }
            await isAccessible(page);
            await fitsItsWidth(page);
            await leave();
            await server.kill();
        });
