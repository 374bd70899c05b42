import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, test } from 'node:test';
import { gallery } from '../test/support/gallery.ts';
import { closeBrowser, stage } from './browser.ts';

after(closeBrowser);
const shots = process.env['SHOTS'];

for (const width of [400, 1280])
    for (const colorScheme of ['light', 'dark'] as const)
        test(`every control is drawn at ${width} px, ${colorScheme}`, async () => {
            const s = await stage(gallery, { viewport: { width, height: 900 }, colorScheme });
            await s.page.locator('[data-control=LineChart] svg path').first().waitFor();
            await s.page.locator('[data-control=Slider]').waitFor();
            await s.page.waitForFunction(() => !document.querySelector('[aria-busy=true], :not(:defined)'));
            // The theme of the container that has one of its own.
            await s.page.locator('.t-scope[style*="--md-sys-color-primary:"]').waitFor();
            assert.deepEqual(s.errors, []);
            const placeholders = await s.page.locator('.t-placeholder').allTextContents();
            assert.deepEqual(placeholders, ['NativeAd is not drawn by this client']);
            const body = s.page.locator('.t-view-body');
            const over = await body.evaluate((e) => e.scrollWidth - e.clientWidth);
            assert.equal(over, 0, 'nothing sticks out sideways');
            if (shots) {
                mkdirSync(shots, { recursive: true });
                const height = await body.evaluate((e) => e.scrollHeight + 64);
                await s.page.setViewportSize({ width, height });
                await s.page.screenshot({ path: `${shots}/gallery-${width}-${colorScheme}.png` });
            }
            await s.done();
        });
