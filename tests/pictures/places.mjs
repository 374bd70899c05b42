// What is taken: each page of the gallery, and each example after what makes it worth a look.

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { key, says, shows } from '../e2e/support.mjs';
import { stillMachine } from './machine.mjs';

export const VARIANTS = [390, 800, 1280].flatMap((width) =>
    ['light', 'dark'].map((colorScheme) => ({ width, height: width < 600 ? 844 : 900, colorScheme })),
);

/** Of the picture: "/buttons/button" is gallery-buttons-button. */
export const nameOf = (route) => `gallery${route.replaceAll('/', '-')}`;

const folder = () => mkdtempSync(join(tmpdir(), 'pictures-'));
const field = (page, name) => page.getByRole('textbox', { name }).first();

async function enter(page, name, text) {
    await field(page, name).fill(text);
    await page.keyboard.press('Enter');
}

async function listThings(page) {
    for (const thing of ['Milk', 'Call the dentist', 'Water the plants on the balcony while Grace is away']) {
        await enter(page, 'What', thing);
        await page.getByText(thing).first().waitFor();
    }
}

async function fillBoard(page) {
    await page.getByRole('button', { name: 'New board' }).click();
    await enter(page, 'Name', 'Spring');
    await page.getByText('Spring', { exact: true }).click();
    await shows(page, 'board', 'Spring');
    for (const [column, title] of [
        [0, 'Sow carrots'],
        [0, 'Weed'],
        [1, 'Mend the fence'],
    ]) {
        await page.locator(key(`add-${column}`)).click();
        await field(page, 'Title').fill(title);
        await page.getByRole('button', { name: 'Save', exact: true }).click();
        await page
            .locator(key(`column-${column}`))
            .getByText(title, { exact: true })
            .waitFor();
    }
}

async function talk(page) {
    await enter(page, 'Your name', 'Ada');
    for (const words of [
        'Anybody there?',
        'A longer line, which is broken where the window of whoever reads it ends.',
    ]) {
        await enter(page, 'Message', words);
        await page.locator(key('lines')).getByText(words, { exact: true }).first().waitFor();
    }
}

async function readSample(page) {
    await page.getByRole('button', { name: 'Use a sample' }).click();
    await shows(page, 'status', '5000 of 5000 rows');
    await page.locator(key('chart')).locator('svg').first().waitFor();
}

async function stopClocks(page) {
    for (const stopped of [0, 1]) {
        await page.getByRole('button', { name: 'Pause' }).first().click();
        await page.getByText('Go on').nth(stopped).waitFor();
    }
}

/** What `hides` is another one each time. */
export const EXAMPLES = [
    { name: 'counter' },
    { name: 'form', do: (page) => enter(page, 'Your name', 'Ada') },
    { name: 'login' },
    { name: 'todo', do: listThings },
    {
        name: 'kanban',
        env: () => ({ KANBAN_DB: join(folder(), 'boards.db') }),
        do: fillBoard,
        hides: ['[data-key=people] *'],
    },
    { name: 'chat', do: talk, hides: ['[data-key=lines] [data-control=Row] [data-control=Row] > :last-child'] },
    {
        name: 'grid',
        env: () => ({ GRID_FOLDER: folder(), GRID_ROWS: '20000' }),
        do: (page) => says(page, '20 000 orders'),
    },
    { name: 'csv', env: () => ({ CSV_DB: join(folder(), 'rows.db') }), do: readSample },
    { name: 'dashboard', hides: ['svg', '[data-control=Text][data-key]'] },
    { name: 'handlers' },
    { name: 'notes' },
    { name: 'countdown', do: stopClocks, hides: ['[data-key=time]', '[data-key=bar]'] },
    { name: 'wizard' },
    { name: 'uploads' },
    { name: 'downloads' },
    { name: 'signin' },
    { name: 'checkout' },
    {
        name: 'monitor',
        env: () => ({ MONITOR_PROC: stillMachine() }),
        hides: ['[data-key=machine]', '[data-control=LineChart] path'],
    },
    { name: 'gallery' },
];
