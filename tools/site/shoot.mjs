// Pictures of the controls, as our client draws them: each page of the gallery, light and dark, in a headless Chromium.
//   node tools/site/shoot.mjs build/pictures [WORD]     those whose address has the word

import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { controls } from '../catalog/model.mjs';
import { top } from './navigation.mjs';

const { chromium } = createRequire(join(top, 'tests/e2e/package.json'))('playwright-core');
const [out, word = ''] = process.argv.slice(2);
const program = join(top, 'build/bin/gallery');
const PATIENCE_MS = 10_000;
const HIGHEST = 640;
const VIEWPORT = { width: 900, height: 900 };

// "/buttons/filled-button FilledButton", a line for each page; those of the canvas begin with "canvas.".
function pages() {
    const lines = execFileSync(program, ['--routes'], { encoding: 'utf8' }).trim().split('\n');
    return lines
        .map((line) => line.split(' '))
        .map(([route, name]) => ({ route, name, c: controls.find((one) => nameOf(one) === name)?.c }))
        .filter(({ route, c }) => c !== undefined && route.includes(word));
}

const nameOf = ({ category, name }) => (category === 'canvas' && name !== 'Canvas' ? `canvas.${name}` : name);

async function serve() {
    const server = spawn(program, ['--host', '127.0.0.1', '--port', '0'], { stdio: ['ignore', 'pipe', 'pipe'] });
    const url = await new Promise((resolve, reject) => {
        let said = '';
        const hear = (bytes) => {
            said += bytes;
            const found = /listening on (http:\/\/\S+)/.exec(said);
            if (found) resolve(found[1]);
        };
        server.stdout.on('data', hear);
        server.stderr.on('data', hear);
        server.on('exit', () => reject(new Error(said)));
    });
    return { url, end: () => server.kill() };
}

// As a link within the page goes: without loading the client anew.
async function go(page, { route, name }) {
    await page.evaluate((path) => {
        history.pushState(null, '', path);
        dispatchEvent(new PopStateEvent('popstate'));
    }, route);
    await page.getByRole('heading', { name, exact: true, level: 2 }).waitFor();
    await page.locator('.t-view:not([hidden]) [data-key="stage"]').waitFor();
}

/** What moves for ever is taken as it is; all else has come to its end. */
const isStill = (page) =>
    page.waitForFunction(() => {
        const moves = ({ playState, effect }) => playState === 'running' && effect?.getComputedTiming().endTime < 5000;
        return !document.querySelector('.t-pending, .t-coming') && !document.getAnimations().some(moves);
    });

async function take(page, devtools, { c }, theme) {
    const box = await page.locator('.t-view:not([hidden]) [data-key="stage"]').boundingBox();
    const clip = { ...box, height: Math.min(box.height, HIGHEST), scale: 1 };
    const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality: 80, clip });
    writeFileSync(join(out, `${c}-${theme}.webp`), Buffer.from(data, 'base64'));
    return { width: Math.round(clip.width), height: Math.round(clip.height) };
}

async function takeAll(browser, url, theme, sizes) {
    const context = await browser.newContext({ viewport: VIEWPORT, colorScheme: theme, reducedMotion: 'reduce' });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await page.goto(url);
    await page.locator('[data-key="groups"]').waitFor();
    for (const place of pages()) {
        try {
            await go(page, place);
            await isStill(page);
            sizes[place.c] = await take(page, devtools, place, theme);
        } catch (error) {
            console.error(`no picture of ${place.name}: ${String(error).split('\n')[0]}`);
        }
    }
    await context.close();
}

async function shoot() {
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out, { recursive: true });
    const server = await serve();
    const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
    const sizes = {};
    try {
        await Promise.all(['light', 'dark'].map((theme) => takeAll(browser, server.url, theme, sizes)));
    } finally {
        await browser.close();
        server.end();
    }
    writeFileSync(join(out, 'pictures.json'), JSON.stringify(sizes));
    console.log(`${Object.keys(sizes).length} controls in ${out}`);
}

await shoot();
