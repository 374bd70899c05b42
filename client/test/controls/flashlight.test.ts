// The lamp of a camera, where the camera is one that the test says.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flashlight } from '../../src/controls/flashlight.ts';
import type { Widget } from '../../src/dom/widget.ts';
import { inBrowser, noContext } from '../support/devices.ts';

// Cameras that count how many are on, and how bright they are.
class Cameras {
    lit = 0;
    on = 0;
    readonly wishes: unknown[] = [];
    asked: Promise<void> = Promise.resolve();

    constructor(
        private readonly can: { torch?: boolean },
        private readonly refusal?: Error,
    ) {}

    async getUserMedia(wish: unknown): Promise<unknown> {
        this.wishes.push(wish);
        await this.asked;
        if (this.refusal) throw this.refusal;
        this.on++;
        return { getVideoTracks: () => [this.track()] };
    }

    private track(): unknown {
        let isLit = false;
        const track = {
            readyState: 'live',
            getCapabilities: () => this.can,
            applyConstraints: ({ advanced: [wish] }: { advanced: { torch: boolean }[] }) => {
                if (wish!.torch && !isLit) this.lit++;
                isLit = wish!.torch;
                return Promise.resolve();
            },
            stop: () => {
                if (track.readyState === 'ended') return;
                track.readyState = 'ended';
                this.on--;
                if (isLit) this.lit--;
            },
        };
        return track;
    }
}

const withLamp = (mediaDevices: Cameras | undefined, run: (widget: Widget) => Promise<void>, isSecureContext = true) =>
    inBrowser({ isSecureContext, navigator: { mediaDevices } }, () => run(flashlight(noContext())));
const call = async (widget: Widget, name: string) => await widget.invoke!(name, {});

test('the lamp is lit until it is put out, and its camera given back', async () => {
    const cameras = new Cameras({ torch: true });
    await withLamp(cameras, async (widget) => {
        assert.equal(await call(widget, 'is_available'), true);
        assert.deepEqual([cameras.on, cameras.lit], [0, 0]);
        assert.equal(await call(widget, 'on'), true);
        assert.equal(await call(widget, 'on'), true);
        assert.equal(await call(widget, 'is_available'), true);
        assert.deepEqual([cameras.on, cameras.lit], [1, 1]);
        assert.equal(await call(widget, 'off'), true);
        assert.deepEqual([cameras.on, cameras.lit], [0, 0]);
        assert.deepEqual(cameras.wishes, Array(2).fill({ video: { facingMode: 'environment' } }));
    });
});

test('the lamp goes out with its control, also while the person is being asked', async () => {
    const cameras = new Cameras({ torch: true });
    await withLamp(cameras, async (widget) => {
        await call(widget, 'on');
        widget.dispose!();
        assert.deepEqual([cameras.on, cameras.lit], [0, 0]);
    });
    await withLamp(cameras, async (widget) => {
        let agree = () => {};
        cameras.asked = new Promise((done) => {
            agree = done;
        });
        const on = call(widget, 'on');
        await new Promise(setImmediate);
        widget.dispose!();
        agree();
        await on;
        assert.deepEqual([cameras.on, cameras.lit], [0, 0]);
    });
});

test('what was put out while the person was being asked stays dark', async () => {
    const cameras = new Cameras({ torch: true });
    await withLamp(cameras, async (widget) => {
        await Promise.all([call(widget, 'on'), call(widget, 'off')]);
        assert.deepEqual([cameras.on, cameras.lit], [0, 0]);
    });
});

test('a camera without a lamp is given back, and it is said', async () => {
    const cameras = new Cameras({});
    await withLamp(cameras, async (widget) => {
        assert.equal(await call(widget, 'is_available'), false);
        await assert.rejects(call(widget, 'on'), /no lamp that a page may switch on/);
        assert.equal(cameras.on, 0);
        assert.equal(await call(widget, 'off'), true);
    });
});

test('no camera, no leave and no https are said', async () => {
    const named = (name: string) => Object.assign(new Error(name), { name });
    await withLamp(new Cameras({}, named('NotFoundError')), async (widget) => {
        assert.equal(await call(widget, 'is_available'), false);
        await assert.rejects(call(widget, 'on'), /NotFoundError/);
    });
    await withLamp(new Cameras({}, named('NotAllowedError')), async (widget) => {
        await assert.rejects(call(widget, 'on'), /does not let this page use the camera/);
        await assert.rejects(call(widget, 'is_available'), /does not let/);
    });
    await withLamp(undefined, (widget) => assert.rejects(call(widget, 'on'), /by https only/), false);
});
