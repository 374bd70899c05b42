// The countdowns of the page, on real time.

import assert from 'node:assert/strict';
import { fitsItsWidth, isAccessible, key, says, serve, test, visit } from './support.mjs';

// The keys of a component's controls are its own, so both are on the page twice.
const times = (page) => page.locator(key('time')).allTextContents();
const stand = (page, pattern) =>
    page.waitForFunction(
        ([selector, wanted]) =>
            new RegExp(wanted).test([...document.querySelectorAll(selector)].map((time) => time.textContent).join(' ')),
        [key('time'), pattern],
    );

test("two count on their own; a pause is one's own; what is removed stops", async () => {
    const server = await serve('countdown');
    const { page, leave } = await visit(server.url, { colorScheme: 'dark', viewport: { width: 360, height: 740 } });
    await stand(page, '^0[01]:[0-5][0-9] 00:[0-5][0-9]$');
    const pause = page.getByRole('button', { name: 'Pause' });
    await pause.nth(1).click();
    await page.getByRole('button', { name: 'Go on' }).waitFor();
    await isAccessible(page);
    await fitsItsWidth(page);
    const [tea, eggs] = await times(page);
    await stand(page, `^(?!${tea})0[01]:[0-5][0-9] ${eggs}$`);
    await page.getByRole('button', { name: 'Remove the eggs' }).click();
    await says(page, `Eggs stopped at ${eggs}`);
    assert.equal((await times(page)).length, 1);
    const [left] = await times(page);
    await stand(page, `^(?!${left})0[01]:[0-5][0-9]$`);
    await leave();
    await server.kill();
});
