import { mkdir } from 'node:fs/promises';
import { catches, fitsItsWidth, holds, isAccessible, key, says, serve, shows, test, visit } from './support.mjs';

const name = (page) => page.getByRole('textbox', { name: 'E-mail' });
const password = (page) => page.getByLabel('Password', { exact: true });
const isOfType = (page, type) => page.locator(`${key('password')} input[type=${type}]`).waitFor();

test('errors stand at their fields, and the first has the focus', async () => {
    const server = await serve('login');
    const { page, leave } = await visit(server.url);
    await name(page).waitFor();
    await page.waitForFunction(() => document.activeElement?.dataset?.key === 'name');
    await page.keyboard.press('Enter');
    await says(page, 'Please enter your e-mail address');
    await says(page, 'Please enter your password');
    await page.keyboard.type('ada@example.org');
    await page.waitForFunction(() => !document.querySelector('[data-key="name"]').error);
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.dataset?.key === 'password');
    await isAccessible(page);
    await leave();
    await server.kill();
});

test('a check takes its time: busy, once, and the page lives', async () => {
    const server = await serve('login');
    const { page, leave } = await visit(server.url);
    await name(page).fill('ada@example.org');
    await password(page).fill('synthetical');
    // A typed password can be looked at, and is hidden again.
    await isOfType(page, 'password');
    await page.getByRole('button', { name: 'Show password' }).click();
    await isOfType(page, 'text');
    await page.getByRole('button', { name: 'Hide password' }).click();
    await isOfType(page, 'password');
    const isBusy = await catches(
        page,
        'it is checked',
        (submit) => {
            const button = document.querySelector(submit);
            return button?.disabled && document.querySelector('[data-aria-label="Checking"]') !== null;
        },
        key('login_form.send'),
    );
    await page.locator(key('login_form.send')).dblclick();
    await isBusy();
    await says(page, 'E-mail and password do not match');
    await page.waitForFunction(() => document.activeElement?.dataset?.key === 'password');
    await holds(password(page), '');
    await page.waitForFunction((submit) => document.querySelector(submit)?.disabled === false, key('login_form.send'));
    await leave();
    await server.kill();
});

test('a name is remembered by the browser, if it may be', async () => {
    const server = await serve('login');
    const { page, context, leave } = await visit(server.url);
    await name(page).fill('ada@example.org');
    await password(page).fill('analytical');
    await page.getByRole('checkbox', { name: 'Remember my e-mail' }).click();
    await password(page).press('Enter');
    await shows(page, 'greeting', 'Welcome, ada@example.org');
    await page.waitForFunction(() => document.activeElement?.dataset?.key === 'out');
    // Another tab is another session of the same browser.
    const other = await context.newPage();
    await other.goto(server.url);
    await other.waitForFunction(() => document.activeElement?.dataset?.key === 'password');
    await holds(name(other), 'ada@example.org');
    await other.waitForLoadState('networkidle');
    await other.close();
    await leave();
    await server.kill();
});

for (const colorScheme of ['light', 'dark'])
    for (const width of [360, 1280])
        test(`it is accessible and fits, ${colorScheme} at ${width}`, async () => {
            const server = await serve('login');
            const { page, leave } = await visit(server.url, { colorScheme, viewport: { width, height: 640 } });
            const folder = process.env.SCREENSHOTS;
            const shoot = async (what) => {
                if (!folder) return;
                await mkdir(folder, { recursive: true });
                await page.waitForTimeout(400); // pictures alone
                await page.screenshot({ path: `${folder}/login-${what}-${colorScheme}-${width}.png` });
            };
            await name(page).waitFor();
            await shoot('empty');
            await name(page).fill('ada');
            await password(page).press('Enter');
            await says(page, 'This is not an e-mail address');
            await shoot('wrong');
            await isAccessible(page);
            await fitsItsWidth(page);
            await name(page).fill('ada@example.org');
            await password(page).fill('analytical');
            await password(page).press('Enter');
            if (folder) await page.getByRole('progressbar').waitFor();
            await shoot('busy');
            await page.locator(key('greeting')).waitFor();
            await isAccessible(page);
            await shoot('in');
            await leave();
            await server.kill();
        });
