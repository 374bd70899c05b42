// Formulas where no font has the letters that Unicode has for them: the browser has DejaVu Sans alone.

import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { after, test } from 'node:test';
import { closeBrowser, counts, stage } from './browser.ts';

process.env['FONTCONFIG_FILE'] = resolve('../tests/pictures/fonts.conf');
after(closeBrowser);

test('letters of formulas are letters, slanted where they stand for something, and no boxes', async () => {
    const value = '$i m \\sin \\Gamma \\mathbf{b} \\mathrm{d}$';
    const s = await stage((mock) => mock.controls.push(mock.make('Markdown', { value })));
    await counts(s.page.locator('.t-formula math'), 1);
    const letters = await s.page.locator('math mi').evaluateAll((all) =>
        all.map((mi) => {
            const { fontStyle, fontWeight, textTransform } = getComputedStyle(mi);
            return {
                text: mi.textContent,
                width: mi.getBoundingClientRect().width,
                fontStyle,
                fontWeight,
                textTransform,
            };
        }),
    );
    const [i, m, sin, gamma, bold, upright] = letters;
    assert.deepEqual(
        letters.map(({ text }) => text),
        ['i', 'm', 'sin', 'Γ', 'b', 'd'],
    );
    assert.ok(i!.width < m!.width, `${i!.width} ${m!.width}`);
    assert.deepEqual(
        letters.map(({ fontStyle }) => fontStyle),
        ['italic', 'italic', 'normal', 'normal', 'normal', 'normal'],
    );
    assert.equal(bold!.fontWeight, '700');
    assert.ok([i, m, bold].every((one) => one!.textTransform === 'none'));
    assert.ok(sin && gamma && upright);
    assert.deepEqual(s.errors, []);
    await s.done();
});
