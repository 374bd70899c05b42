// A keyed control that a new build has in another list goes on there: with the focus, what was typed and its caret.

import assert from 'node:assert/strict';
import { key, programs, serve, test, visit } from './support.mjs';

const caretOf = (page) =>
    page.evaluate(() => {
        let at = document.activeElement;
        while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
        return { value: at?.value, start: at?.selectionStart };
    });

test('a field that moves to another list keeps focus, text and caret', async () => {
    const server = await serve('moving', { folder: programs });
    const { page, leave } = await visit(server.url);
    const field = page.getByRole('textbox', { name: 'Field 1' });
    await field.click();
    await page.keyboard.type('Milk and bread');
    for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowLeft');
    const before = await caretOf(page);
    assert.deepEqual(before, { value: 'Milk and bread', start: 9 });
    const element = await field.elementHandle();
    await page.keyboard.press('Enter');
    await page.locator(key('right')).getByRole('textbox', { name: 'Field 1' }).waitFor();
    assert.deepEqual(await caretOf(page), before);
    assert.equal(await element.evaluate((it) => it.isConnected), true, 'it is the same element');
    await page.keyboard.type('!');
    assert.equal((await caretOf(page)).value, 'Milk and !bread');
    await page.keyboard.press('Enter');
    await page.locator(key('left')).getByRole('textbox', { name: 'Field 1' }).waitFor();
    assert.deepEqual(await caretOf(page), { value: 'Milk and !bread', start: 10 });
    await leave();
    await server.kill();
});
