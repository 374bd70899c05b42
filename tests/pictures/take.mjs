// Takes pictures of a page that has come to rest, and holds them against the golden ones.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isStill } from '../e2e/support.mjs';
import { differences, reduce } from './blocks.mjs';
import { decode, encode } from './png.mjs';
import { beside, crop, paste, placeOf, sizeOf } from './sheet.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const fileOf = (name, { width }) => join(here, 'golden', String(width), `${name}.png`);
export const failures = join(here, '../../build/pictures-failed');
// What comes late (a picture from a data channel, a line in the list of events) has so long to come.
const PATIENCE_MS = 6000;
const PAUSE_MS = 150;

// What is another one each time: films, other sites, what follows a clock.
const MOVING = ['video', 'iframe', '[data-control=Lottie] > *', '[data-control=Camera]', '[data-control=Map] img'];

// The caret blinks, and what moves for ever stands at its beginning.
async function rest(page, hidden = []) {
    await page.evaluate(
        (rule) => {
            document.activeElement?.blur();
            if (document.isAtRest === rule) return;
            document.isAtRest = rule;
            const sheet = new CSSStyleSheet();
            sheet.replaceSync(rule);
            document.adoptedStyleSheets.push(sheet);
        },
        `${[...MOVING, ...hidden].join()} { visibility: hidden !important } ::-webkit-scrollbar { display: none }`,
    );
    await isStill(page);
    await page.evaluate(() => {
        const rootsIn = (root) =>
            [...root.querySelectorAll('*')].flatMap(({ shadowRoot }) =>
                shadowRoot ? [shadowRoot, ...rootsIn(shadowRoot)] : [],
            );
        for (const root of [document, ...rootsIn(document)])
            for (const animation of root.getAnimations()) {
                if (animation.effect?.getComputedTiming().endTime !== Infinity) continue;
                animation.pause();
                animation.currentTime = 0;
            }
    });
}

const sessions = new WeakMap();

async function shoot(page) {
    if (!sessions.has(page)) sessions.set(page, await page.context().newCDPSession(page));
    const { data } = await sessions.get(page).send('Page.captureScreenshot', { format: 'png', optimizeForSpeed: true });
    return Buffer.from(data, 'base64');
}

const pause = (page, ms) => page.evaluate((time) => new Promise((done) => setTimeout(done, time)), ms);

/** Of the name and the variant; undefined: there is none. */
export function goldenOf(name, variant) {
    const path = fileOf(name, variant);
    return existsSync(path) ? crop(decode(readFileSync(path)), placeOf(variant)) : undefined;
}

/** A line that says what differs, or undefined. */
export async function check(page, name, variant, hidden) {
    const wanted = goldenOf(name, variant);
    if (!wanted) return `${name}: no golden picture; make pictures-update makes it`;
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
        await rest(page, hidden);
        const bytes = await shoot(page);
        const found = reduce(decode(bytes));
        const different = differences(found, wanted);
        if (!different.length) return undefined;
        if (performance.now() < end) {
            await pause(page, PAUSE_MS);
            continue;
        }
        return complain(`${name}-${variant.width}-${variant.colorScheme}`, { bytes, found, wanted, different });
    }
}

function complain(name, { bytes, found, wanted, different }) {
    mkdirSync(failures, { recursive: true });
    writeFileSync(join(failures, `${name}.png`), bytes);
    const shown = join(failures, `${name}-found-wanted-difference.png`);
    writeFileSync(shown, encode(beside(found, wanted, different)));
    const { x, y, by } = different.reduce((most, one) => (one.by > most.by ? one : most));
    return `${name}: ${different.length} blocks of 8 pixels differ, by ${by} at ${x * 8}, ${y * 8}; see ${shown}`;
}

/** Once two in a row are the same. */
export async function settled(page, hidden) {
    let last;
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
        await rest(page, hidden);
        const found = reduce(decode(await shoot(page)));
        if (last && (!differences(found, last, 0).length || performance.now() > end)) return found;
        last = found;
        await pause(page, PAUSE_MS);
    }
}

/** Other variants stay as they are. */
export function keep(name, variant, picture) {
    const path = fileOf(name, variant);
    mkdirSync(dirname(path), { recursive: true });
    const size = sizeOf(variant);
    const sheet = existsSync(path)
        ? decode(readFileSync(path))
        : { ...size, data: new Uint8Array(size.width * size.height * 3) };
    paste(sheet, picture, placeOf(variant));
    writeFileSync(path, encode(sheet));
}
