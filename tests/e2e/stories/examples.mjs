// Every example opens and does what it is for.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { holds, isAt, key, says, serve, shows, until, visit } from '../support.mjs';

const button = (page, name) => page.getByRole('button', { name, exact: true });
const box = (page, name) => page.getByRole('textbox', { name });

// An example in a window, and both at their end.
async function at(example, act, { path = '/', ...options } = {}) {
    const server = await serve(example, options);
    const { page, leave } = await visit(new URL(path, server.url).href);
    await act(page, server);
    await leave();
    await server.kill();
}

// With a folder of its own.
async function beside(act) {
    const folder = await mkdtemp(join(tmpdir(), 'troupe-e2e-browsers-'));
    try {
        await act(folder);
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

const counter = () =>
    at('counter', async (page) => {
        for (let i = 0; i < 3; i++) await page.locator(key('add')).click();
        await shows(page, 'count', '3');
        await page.reload();
        await shows(page, 'count', '3');
    });

const login = () =>
    at('login', async (page) => {
        await box(page, 'E-mail').waitFor();
        await page.waitForFunction(() => document.activeElement?.dataset?.key === 'name');
        await page.keyboard.press('Enter');
        await says(page, 'Please enter your password');
        await page.keyboard.type('ada@example.org');
        await page.keyboard.press('Tab');
        await page.keyboard.type('analytical');
        await page.keyboard.press('Enter');
        await shows(page, 'greeting', 'Welcome, ada@example.org');
        await page.waitForFunction(() => document.activeElement?.dataset?.key === 'out');
    });

async function chat() {
    const server = await serve('chat');
    const [ada, grace] = await Promise.all(
        ['Ada', 'Grace'].map(async (name) => {
            const one = await visit(server.url);
            await box(one.page, 'Your name').fill(name);
            await one.page.keyboard.press('Enter');
            await box(one.page, 'Message').waitFor();
            return one;
        }),
    );
    const reads = ({ page }, words) => page.locator(key('lines')).getByText(words, { exact: true }).first().waitFor();
    await box(ada.page, 'Message').click();
    await ada.page.keyboard.type('hello\nhow are you', { delay: 70 });
    await holds(box(ada.page, 'Message'), 'how are you');
    await ada.page.keyboard.press('Enter');
    for (const one of [ada, grace]) for (const words of ['hello', 'how are you']) await reads(one, words);
    await button(grace.page, '# random').click();
    await isAt(grace.page, '/random');
    await grace.page.goBack();
    await shows(grace.page, 'room', '# general');
    await reads(grace, 'how are you');
    await grace.leave();
    await ada.leave();
    await server.kill();
}

const todo = () =>
    at('todo', async (page) => {
        const thing = (name) => page.getByRole('checkbox', { name, exact: true });
        await box(page, 'What is to be done?').waitFor();
        await page.waitForFunction(() => document.activeElement?.localName.includes('text-field'));
        await page.keyboard.type('Milk\nBread\n', { delay: 20 });
        await thing('Bread').waitFor();
        await thing('Milk').focus();
        await page.keyboard.press('Space');
        await shows(page, 'left', '1 thing left');
        await button(page, 'Edit Bread').click();
        await page.waitForFunction(() => document.activeElement?.value === 'Bread');
        await page.keyboard.press('Escape');
        await thing('Bread').waitFor();
        await button(page, 'Delete Milk').click();
        await thing('Milk').waitFor({ state: 'detached' });
    });

const monitor = () =>
    at('monitor', async (page) => {
        await page.getByRole('heading', { name: 'System monitor' }).waitFor();
        await shows(page, 'cpu', /^\d+ %$/);
        const line = page.locator(`${key('chart')} path[data-control=LineChartData]`).last();
        const before = await line.getAttribute('d');
        await until(
            'the chart moves',
            () => line.getAttribute('d'),
            (d) => d !== before,
        );
        await button(page, 'PID').focus();
        await page.keyboard.press('Enter');
        await page.locator('th[aria-sort=ascending]').filter({ hasText: 'PID' }).waitFor();
    });

const grid = () =>
    beside((folder) =>
        at(
            'grid',
            async (page) => {
                const order = (id) => page.locator(key(`orders.row.${id}`));
                await order(5).waitFor();
                await page.locator(key('orders.5.2')).click();
                const field = page.locator(`${key('orders.edit')} input`);
                await field.fill('Zoe Zimmer');
                await field.press('Enter');
                await order(5).filter({ hasText: 'Zoe Zimmer' }).waitFor();
                await page.waitForFunction((cell) => document.activeElement?.matches(cell), key('orders.5.2'));
                await page.locator('.t-rows').focus();
                await page.keyboard.press('End');
                await order(200_000).waitFor();
            },
            { env: { GRID_FOLDER: folder, GRID_ROWS: '200000' } },
        ),
    );

const kanban = () =>
    beside((folder) =>
        at(
            'kanban',
            async (page) => {
                const card = (column) => page.locator(key(`column-${column}`)).getByText('Sow', { exact: true });
                await button(page, 'New board').click();
                await box(page, 'Name').fill('Spring');
                await page.keyboard.press('Enter');
                await page.getByText('Spring', { exact: true }).click();
                await shows(page, 'board', 'Spring');
                await page.locator(key('add-0')).click();
                await box(page, 'Title').fill('Sow');
                await button(page, 'Save').click();
                await card(0).waitFor();
                await button(page, 'Sow to the right').focus();
                await page.keyboard.press('Enter');
                await card(1).waitFor();
                await page.waitForFunction((wanted) => document.activeElement?.closest(wanted), key('right-1'));
            },
            { env: { KANBAN_DB: join(folder, 'kanban.db') } },
        ),
    );

// As a person picks it in the browser's own dialog.
async function pick(page, name, path) {
    const chooser = page.waitForEvent('filechooser');
    await button(page, name).click();
    await (await chooser).setFiles([path]);
}

const csv = () =>
    beside(async (folder) => {
        await writeFile(join(folder, 'people.csv'), 'Number,Name\n1,Ada\n2,Grace\n3,Barbara\n');
        await at(
            'csv',
            async (page) => {
                await pick(page, 'Choose a file', join(folder, 'people.csv'));
                await shows(page, 'status', '3 of 3 rows');
                await box(page, 'Filter').fill('gra');
                await shows(page, 'status', '1 of 3 rows');
                await page.getByText('Grace', { exact: true }).waitFor();
            },
            { env: { CSV_DB: join(folder, 'csv.db'), TROUPE_UPLOAD_DIR: join(folder, 'uploads') } },
        );
    });

const uploads = () =>
    beside(async (folder) => {
        const bytes = Buffer.from('grüße\n'.repeat(10_000));
        await writeFile(join(folder, 'größe.txt'), bytes);
        await at(
            'uploads',
            async (page) => {
                await pick(page, 'Choose files', join(folder, 'größe.txt'));
                await says(page, /stored as größe\.txt/);
                assert.deepEqual(await readFile(join(folder, 'stored', 'größe.txt')), bytes);
            },
            { env: { TROUPE_UPLOAD_DIR: join(folder, 'stored') } },
        );
    });

// The browser's own buttons.
const notes = () =>
    at('notes', async (page) => {
        const heading = (name) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
        await heading('Notes');
        await page.locator(key('open-3')).click();
        await heading('Note 3');
        await page.goBack();
        await heading('Notes');
        await page.waitForFunction(() => document.activeElement?.textContent.includes('Note 3'));
        await page.goForward();
        await heading('Note 3');
        await box(page, 'Text').fill('kept');
        await page.reload();
        await heading('Note 3');
        await holds(box(page, 'Text'), 'kept');
    });

const wizard = () =>
    at('wizard', async (page) => {
        const heading = (text) => page.getByText(text, { exact: true }).last().waitFor();
        await box(page, 'Name').fill('Ada');
        await box(page, 'E-mail').fill('ada@example.org');
        await page.keyboard.press('Enter');
        await heading('Step 2 of 3');
        await isAt(page, '/when');
        await page.locator(`${key('tuesday')} md-radio`).click();
        await page.locator(key('when_form.send')).click();
        await heading('Step 3 of 3');
        await page.goBack();
        await heading('Step 2 of 3');
        await page.goBack();
        await heading('Step 1 of 3');
        await holds(box(page, 'Name'), 'Ada');
    });

const checkout = () =>
    at('checkout', async (page) => {
        await button(page, 'One more').click();
        await shows(page, 'tickets', '2 tickets');
        await button(page, 'To the till').click();
        await shows(page, 'sum', '2 tickets, 24.00 €');
    });

const countdown = () =>
    at('countdown', async (page) => {
        await button(page, 'Remove the eggs').click();
        await says(page, /Eggs stopped at/);
        const stand = () => page.locator(key('time')).first().textContent();
        const before = await stand();
        await until('it counts', stand, (now) => now !== before);
    });

const dashboard = () =>
    at('dashboard', async (page) => {
        await page.waitForFunction(
            () =>
                document.querySelectorAll('path[data-control=LineChartData][d]').length === 4 &&
                document.querySelectorAll('rect[data-control=BarChartRod]').length === 5 &&
                document.querySelectorAll('path[data-control=PieChartSection]').length === 3,
        );
        await button(page, 'Pause').click();
        await button(page, 'Resume').waitFor();
    });

const handlers = () =>
    at('handlers', async (page) => {
        await button(page, 'Call handler').click();
        await button(page, 'Click me meanwhile').click();
        await shows(page, 'clicks', 'Clicked 1 times meanwhile');
        assert.equal(await page.getByText('Handler clicked', { exact: true }).count(), 0);
    });

const downloads = () => at('downloads', (page) => button(page, 'Save the note').waitFor());

// Sign-in and the store of objects need servers of others; in Chromium they have files of their own.
export const examples = {
    counter,
    login,
    chat,
    todo,
    monitor,
    grid,
    kanban,
    csv,
    uploads,
    notes,
    wizard,
    checkout,
    countdown,
    dashboard,
    handlers,
    downloads,
};
