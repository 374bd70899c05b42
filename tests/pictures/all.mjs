// Each page of the gallery and each example at one width, light and dark, held against the golden pictures.
// UPDATE=1 writes them; WORD=buttons takes those with it in their name.

import assert from 'node:assert/strict';
import { go, routes } from '../e2e/gallery_pages.mjs';
import { key, serve, test, visit } from '../e2e/support.mjs';
import { EXAMPLES, nameOf, VARIANTS } from './places.mjs';
import { check, keep, settled } from './take.mjs';

const isUpdate = process.env.UPDATE === '1';
const isWanted = (name) => name.includes(process.env.WORD ?? '');

/** A list: nothing, or what differs. */
async function look(page, name, variant, hides) {
    if (isUpdate) keep(name, variant, await settled(page, hides));
    const complaint = isUpdate ? undefined : await check(page, name, variant, hides);
    return complaint ? [complaint] : [];
}

const open = (url, { width, height, colorScheme }) =>
    visit(url, { viewport: { width, height }, colorScheme, reducedMotion: 'reduce' });

async function walkGallery(pages, variant) {
    const server = await serve('gallery');
    const { page, leave } = await open(server.url, variant);
    await page.locator(key('groups')).waitFor();
    const bad = [];
    for (const place of pages) {
        await go(page, place);
        bad.push(...(await look(page, nameOf(place.route), variant)));
    }
    await leave();
    await server.kill();
    return bad;
}

async function lookAtExample({ name, env, do: prepare, hides }, variant) {
    const server = await serve(name, { env: env?.() ?? {} });
    const { page, leave } = await open(server.url, variant);
    await page.locator('[data-control=View]').first().waitFor({ state: 'attached' });
    await prepare?.(page);
    const bad = await look(page, name, variant, hides);
    await leave();
    await server.kill();
    return bad;
}

function lookAt(variant) {
    const title = `${variant.width} pixels, ${variant.colorScheme}`;
    test(`the gallery, ${title}`, { timeout: 1_800_000 }, async () => {
        const pages = (await routes()).filter(({ route }) => isWanted(nameOf(route)));
        assert.deepEqual(pages.length ? await walkGallery(pages, variant) : [], []);
    });
    test(`the examples, ${title}`, { timeout: 900_000 }, async () => {
        const bad = [];
        for (const example of EXAMPLES.filter(({ name }) => isWanted(name)))
            bad.push(...(await lookAtExample(example, variant)));
        assert.deepEqual(bad, []);
    });
}

export function lookAtAll(width) {
    for (const variant of VARIANTS.filter((one) => one.width === width)) lookAt(variant);
}
