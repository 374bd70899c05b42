// Fenced code of a Markdown has the colours of its language where the app names a theme; formulas are drawn.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Node } from '../test/support/mock.ts';
import { becomes, closeBrowser, counts, stage, until } from './browser.ts';

after(closeBrowser);

const CODE = 'def half(a):\n    return a / 2 # <b>\n';
const VALUE = `Some code:\n\n\`\`\`py\n${CODE}\`\`\`\n\n\`\`\`nolanguage\nplain\n\`\`\`\n`;

test('fenced code is coloured where there is a theme, and its text stays as it is', async () => {
    let it!: Node;
    const s = await stage((mock) => {
        it = mock.make('Markdown', { value: VALUE });
        mock.controls.push(it);
    });
    const { page } = s;
    const code = page.locator('pre code').first();
    await code.waitFor();
    await counts(code.locator('span'), 0);
    s.mock.set(it, { code_theme: 'github' });
    const word = code.locator('span', { hasText: /^def$/ });
    await word.waitFor();
    assert.equal(await code.textContent(), CODE);
    const colorOf = () => word.evaluate((span) => getComputedStyle(span).color);
    const own = await code.evaluate((element) => getComputedStyle(element).color);
    assert.notEqual(await colorOf(), own);
    await counts(page.locator('pre code').nth(1).locator('span'), 0);

    // A theme of the app's own.
    const theme = { keyword: { color: '#ff0000' }, root: { bgcolor: '#112233' } };
    s.mock.set(it, { code_theme: theme });
    await becomes(colorOf, 'rgb(255, 0, 0)');
    const back = () =>
        page
            .locator('pre')
            .first()
            .evaluate((pre) => getComputedStyle(pre).backgroundColor);
    await becomes(back, 'rgb(17, 34, 51)');

    // The text changes, with the same theme.
    s.mock.set(it, { value: '```js\nreturn 1;\n```\n' });
    await becomes(() => page.locator('pre code span', { hasText: /^return$/ }).count(), 1);
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('formulas are drawn as MathML in their own style, and what is none stays as it was written', async () => {
    let it!: Node;
    const value = 'So $E = mc^2$ and $\\nosuch{$ for $5.\n\n$$\\boxed{\\frac{a}{\\color{red}{b}}}$$\n';
    const s = await stage((mock) => {
        it = mock.make('Markdown', { value, latex_scale_factor: 2, latex_style: { size: 10, color: '#ff0000' } });
        mock.controls.push(it);
    });
    const { page } = s;
    await counts(page.locator('.t-formula math'), 2);
    await page.locator('.t-formula-apart math[display=block] mfrac').waitFor();
    assert.equal(await page.locator('.t-formula').nth(1).textContent(), '\\nosuch{');
    const styleOf = (name: 'color' | 'fontSize') =>
        page
            .locator('.t-formula')
            .first()
            .evaluate((place, name) => getComputedStyle(place)[name], name);
    assert.deepEqual([await styleOf('color'), await styleOf('fontSize')], ['rgb(255, 0, 0)', '20px']);
    const wide = `$$${'x + '.repeat(200)}x$$`;
    s.mock.set(it, { value: `Only $x$\n\n${wide}` });
    await counts(page.locator('.t-formula[tabindex="0"] math'), 1);
    s.mock.set(it, { value: 'Only $x$' });
    await counts(page.locator('.t-formula math'), 1);
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('formulas and code whose drawing cannot be fetched stay as they were written, until it can', async () => {
    let isAway = true;
    const s = await stage(() => undefined);
    const { page } = s;
    const asked = new Set<string>();
    await page.route(/assets\/markdown(code|formulas)-/, (route) => {
        asked.add(/markdown[a-z]+/.exec(route.request().url())![0]);
        return isAway ? route.abort() : route.continue();
    });
    const value = `$E$ and $F$\n\n\`\`\`py\n${CODE}\`\`\`\n`;
    const it = s.mock.make('Markdown', { value, code_theme: 'github' });
    s.mock.edit(s.mock.view, 'controls', [1, 0, it]);
    await until(() => asked.size === 2);
    assert.deepEqual(await page.locator('.t-formula').allTextContents(), ['E', 'F']);
    assert.equal(await page.locator('pre code').textContent(), CODE);
    // Two of them now wait for the same code.
    s.mock.set(it, { value: `${value} more` });
    await page.getByText('more').waitFor();
    isAway = false;
    await counts(page.locator('.t-formula math'), 2);
    await page.locator('pre code span', { hasText: /^def$/ }).waitFor();
    assert.equal(await page.locator('.t-formula math mi').first().textContent(), 'E');
    // What the browser itself says of a request that failed.
    const own = s.errors.filter((error) => !error.startsWith('Failed to load resource'));
    assert.deepEqual(own, []);
    await s.done();
});
