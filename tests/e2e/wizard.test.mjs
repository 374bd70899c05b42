import { mkdir } from 'node:fs/promises';
import { fitsItsWidth, holds, isAccessible, isAt, key, says, serve, shows, test, visit } from './support.mjs';

const box = (page, name) => page.getByRole('textbox', { name });
const heading = (page, text) => page.getByText(text, { exact: true }).last().waitFor();

async function tellWho(page) {
    await box(page, 'Name').fill('Ada');
    await box(page, 'E-mail').fill('ada@example.org');
    await page.keyboard.press('Enter');
    await heading(page, 'Step 2 of 3');
}

async function tellWhen(page) {
    await page.locator(`${key('tuesday')} md-radio`).click();
    await page.getByRole('checkbox', { name: 'With lunch' }).click();
    await box(page, 'Wishes').fill('No nuts');
    await page.locator(key('when_form.send')).click();
    await heading(page, 'Step 3 of 3');
}

test('steps have addresses; back, forward and a reload keep what was entered', async () => {
    const server = await serve('wizard');
    const { page, leave } = await visit(server.url);
    await tellWho(page);
    await isAt(page, '/when');
    await tellWhen(page);
    await isAt(page, '/when/summary');
    await page.waitForFunction(() => document.title === 'Is this right? – Workshop');
    await page.goBack();
    await heading(page, 'Step 2 of 3');
    await holds(box(page, 'Wishes'), 'No nuts');
    await page.goBack();
    await heading(page, 'Step 1 of 3');
    await holds(box(page, 'Name'), 'Ada');
    await page.goForward();
    await page.goForward();
    await heading(page, 'Step 3 of 3');
    await page.getByText('No nuts').waitFor();
    await page.reload();
    await heading(page, 'Step 3 of 3');
    await page.getByText('No nuts').waitFor();
    await page.getByRole('button', { name: 'Change Name' }).click();
    await heading(page, 'Step 1 of 3');
    await page.goBack();
    await page.locator(key('confirm')).dblclick();
    await shows(page, 'place', /^Ada, you have place 1 on Tuesday\.$/);
    await isAt(page, '/done');
    await leave();
    await server.kill();
});

test('a link leads into a step, which says what is missing', async () => {
    const server = await serve('wizard');
    const { page, leave } = await visit(`${server.url.replace(/\/$/, '')}/when/summary`);
    await says(page, 'answers before this step are missing');
    await page.getByRole('button', { name: 'To the first step' }).click();
    await heading(page, 'Step 1 of 3');
    await page.locator(key('who_form.send')).click();
    await says(page, 'Please tell us your name');
    await page.waitForFunction(() => document.activeElement?.dataset?.key === 'name');
    await leave();
    await server.kill();
});

for (const colorScheme of ['light', 'dark'])
    for (const width of [360, 1280])
        test(`it is accessible and fits, ${colorScheme} at ${width}`, async () => {
            const server = await serve('wizard');
            const { page, leave } = await visit(server.url, { colorScheme, viewport: { width, height: 720 } });
            const folder = process.env.SCREENSHOTS;
            const look = async (what) => {
                await isAccessible(page);
                await fitsItsWidth(page);
                if (!folder) return;
                await mkdir(folder, { recursive: true });
                await page.waitForTimeout(400); // pictures alone
                await page.screenshot({ path: `${folder}/wizard-${what}-${colorScheme}-${width}.png` });
            };
            await box(page, 'Name').waitFor();
            await page.locator(key('who_form.send')).click();
            await says(page, 'Please tell us your name');
            await look('who');
            await tellWho(page);
            await page.locator(key('when_form.send')).click();
            await shows(page, 'day.error', 'Please choose a day');
            await look('when');
            await tellWhen(page);
            await look('summary');
            await page.locator(key('confirm')).click();
            await page.locator(key('place')).waitFor();
            await look('done');
            await leave();
            await server.kill();
        });
