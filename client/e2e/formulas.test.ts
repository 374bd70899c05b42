// Formulas where no font has the letters that Unicode has for them: the browser has DejaVu Sans alone.

import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { after, test } from 'node:test';
import { closeBrowser, counts, stage, type Stage } from './browser.ts';

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

const WAYS = String.raw`$\mathbb{R} \mathbf{v} \mathcal{L} \mathfrak{g} \mathsf{s} \mathtt{t} \boldsymbol{x} \mathbf{12} \textbf{or}$`;
type Mock = Parameters<Parameters<typeof stage>[0]>[0];
const show = (mock: Mock) => mock.controls.push(mock.make('Markdown', { value: WAYS }));

const written = (s: Stage) =>
    s.page.locator(':is(mi, mn, mtext):not(:has(*))').evaluateAll((all) =>
        all.map((one) => {
            const { fontStyle, fontWeight, fontFamily, textTransform } = getComputedStyle(one);
            const family = /monospace|sans-serif/.exec(fontFamily)?.[0];
            const looks = [fontStyle === 'italic' && 'italic', fontWeight === '700' && 'bold', family];
            return [one.textContent, textTransform, ...looks.filter(Boolean)].join(' ');
        }),
    );

test('letters of other ways to write are those of Unicode where a font has them', async () => {
    const s = await stage(show);
    // As where a font has all of them, each as wide as another.
    await s.page.addInitScript(() => {
        const { measureText } = CanvasRenderingContext2D.prototype;
        CanvasRenderingContext2D.prototype.measureText = function (text) {
            return text.codePointAt(0)! > 0xffff
                ? ({ width: text.codePointAt(0) } as TextMetrics)
                : measureText.call(this, text);
        };
    });
    await s.page.reload();
    await counts(s.page.locator('.t-formula math'), 1);
    assert.deepEqual(await written(s), [
        'ℝ none',
        '𝐯 none',
        'ℒ none',
        '𝔤 none',
        's none sans-serif',
        't none monospace',
        '𝒙 none',
        '𝟏𝟐 none',
        'or none bold',
    ]);
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('where no font has them their style tells them apart', async () => {
    const s = await stage(show);
    await counts(s.page.locator('.t-formula math'), 1);
    const [double, ...others] = await written(s);
    assert.ok(['ℝ none', 'R none bold'].includes(double!), double);
    assert.deepEqual(others, [
        'v none bold',
        'L none',
        'g none',
        's none sans-serif',
        't none monospace',
        'x none italic bold',
        '12 none bold',
        'or none bold',
    ]);
    await s.done();
});
