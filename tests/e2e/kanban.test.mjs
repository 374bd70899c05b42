import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { fitsItsWidth, isAccessible, key, serve, shows, test, visit } from './support.mjs';

let folder;
let files = 0;
before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kanban-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const open = () => serve('kanban', { env: { KANBAN_DB: join(folder, `${++files}.db`) } });
const button = (page, name) => page.getByRole('button', { name, exact: true });
const card = (page, column, title) => page.locator(key(`column-${column}`)).getByText(title, { exact: true });

async function addBoard(page, name) {
    await button(page, 'New board').click();
    await page.getByRole('textbox', { name: 'Name' }).fill(name);
    await page.keyboard.press('Enter');
    await page.getByText(name, { exact: true }).click();
    await shows(page, 'board', name);
}

async function addCard(page, column, title, text = '') {
    await page.locator(key(`add-${column}`)).click();
    await page.getByRole('textbox', { name: 'Title' }).fill(title);
    await page.getByRole('textbox', { name: 'Text' }).fill(text);
    await button(page, 'Save').click();
    await card(page, column, title).waitFor();
}

test('a board is shared: cards, names, moves by mouse and by keyboard', async () => {
    const server = await open();
    const one = await visit(server.url);
    await addBoard(one.page, 'Spring');
    const two = await visit(one.page.url());
    await one.page.locator(key('people')).getByText('Guest').nth(1).waitFor();
    await addCard(one.page, 0, 'Sow', 'Carrots and peas');
    await addCard(two.page, 0, 'Weed');
    await card(one.page, 0, 'Weed').waitFor();
    // Dragged onto another column, then back onto a card.
    await card(one.page, 0, 'Weed').dragTo(one.page.locator(key('add-2')));
    await card(two.page, 2, 'Weed').waitFor();
    await card(two.page, 2, 'Weed').dragTo(card(two.page, 0, 'Sow'));
    await card(one.page, 0, 'Weed').waitFor();
    // By the keyboard: the focus goes along.
    await button(one.page, 'Sow to the right').focus();
    await one.page.keyboard.press('Enter');
    await card(two.page, 1, 'Sow').waitFor();
    await one.page.waitForFunction((wanted) => document.activeElement?.closest(wanted), key('right-1'));
    await one.page.keyboard.press('Enter');
    await card(two.page, 2, 'Sow').waitFor();
    await one.page.waitForFunction((wanted) => document.activeElement?.closest(wanted), key('left-1'));
    await one.leave();
    await two.leave();
    await server.kill();
});

test('a card is edited, filtered and deleted; a name is kept', async () => {
    const server = await open();
    const { page, leave } = await visit(server.url);
    await addBoard(page, 'Spring');
    await addCard(page, 0, 'Sow');
    await addCard(page, 1, 'Weed');
    await card(page, 0, 'Sow').click();
    const title = page.getByRole('textbox', { name: 'Title' });
    await title.fill('');
    await button(page, 'Save').click();
    await page.getByText('A card has a title').filter({ visible: true }).first().waitFor();
    await title.fill('Sow and water');
    await page.keyboard.press('Enter');
    await card(page, 0, 'Sow and water').waitFor();
    await page.getByRole('textbox', { name: 'Filter' }).fill('wat');
    await card(page, 1, 'Weed').waitFor({ state: 'detached' });
    await page.getByRole('textbox', { name: 'Filter' }).fill('');
    await card(page, 1, 'Weed').click();
    await button(page, 'Delete').click();
    await page.getByText('cannot be brought back').waitFor();
    await button(page, 'Delete').last().click();
    await card(page, 1, 'Weed').waitFor({ state: 'detached' });
    await button(page, 'Your name').last().click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Ada');
    await page.keyboard.press('Enter');
    await page.locator(key('people')).getByText('Ada').waitFor();
    await page.waitForLoadState('networkidle');
    await leave();
    await server.kill();
});

for (const colorScheme of ['light', 'dark'])
    for (const width of [390, 1280])
        test(`it is accessible and fits, ${colorScheme} at ${width}`, async () => {
            const server = await open();
            const { page, leave } = await visit(server.url, { colorScheme, viewport: { width, height: 800 } });
            const shots = process.env.SCREENSHOTS;
            const shoot = async (what) => {
                if (!shots) return;
                await mkdir(shots, { recursive: true });
                await page.waitForTimeout(400); // pictures alone
                await page.screenshot({ path: `${shots}/kanban-${what}-${colorScheme}-${width}.png` });
            };
            await addBoard(page, 'Spring in the garden');
            await addCard(page, 0, 'Sow', 'Carrots, peas, and whatever the neighbours have left over from last year');
            await addCard(page, 0, 'Weed');
            await addCard(page, 2, 'Order the seeds');
            await isAccessible(page);
            await fitsItsWidth(page);
            await shoot('board');
            await card(page, 0, 'Sow').click();
            await page.getByRole('textbox', { name: 'Title' }).fill('');
            await button(page, 'Save').click();
            await page.getByText('A card has a title').filter({ visible: true }).first().waitFor();
            await isAccessible(page);
            await page.waitForFunction(() => {
                const content = document.querySelector('.t-dialog-content');
                return content.scrollWidth <= content.clientWidth;
            });
            await shoot('dialog');
            await button(page, 'Delete').click();
            await page.getByText('cannot be brought back').waitFor();
            await isAccessible(page);
            await shoot('question');
            await leave();
            await server.kill();
        });
