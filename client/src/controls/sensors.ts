// Sensors of the device. What a browser does not have, or does not let a page use, is said and not kept silent.

import type { Context, Widget } from '../dom/widget.ts';
import { dateValue } from '../core/dates.ts';
import { Shakes } from '../core/shake.ts';
import type { ValueMap } from '../core/tree.ts';
import { durationMs, number } from '../core/values.ts';
import { unseen } from '../dom/service.ts';

type Reading = ValueMap | undefined;
type Motion = (event: DeviceMotionEvent) => Reading;
type Ask = { requestPermission?: () => Promise<string> };

const INTERVAL_MS = 200;
// So long a device that has one never waits with its first reading.
const SILENCE_MS = 2000;
const GRAVITY = 9.81;

const vector = (at: DeviceMotionEventAcceleration | null): Reading =>
    at && at.x !== null ? { x: at.x, y: at.y ?? 0, z: at.z ?? 0 } : undefined;
const radians = (degrees: number | null): number => ((degrees ?? 0) * Math.PI) / 180;
const turning: Motion = ({ rotationRate: rate }) =>
    rate && rate.alpha !== null ? { x: radians(rate.beta), y: radians(rate.gamma), z: radians(rate.alpha) } : undefined;

export const accelerometer = (context: Context) =>
    sensor(context, 'accelerometer', (event) => vector(event.accelerationIncludingGravity));
export const userAccelerometer = (context: Context) =>
    sensor(context, 'accelerometer', (event) => vector(event.acceleration));
export const gyroscope = (context: Context) => sensor(context, 'gyroscope', turning);
export const magnetometer = (context: Context) => absent(context, 'magnetometer');
export const barometer = (context: Context) => absent(context, 'barometer');

// No browser lets pages read it.
function absent(context: Context, name: string): Widget {
    let isTold = false;
    return {
        root: unseen(),
        update() {
            if (isTold || !context.is('enabled', true) || !context.handles('error')) return;
            isTold = true;
            context.emit('error', { message: `Browsers do not let pages read the ${name}` });
        },
    };
}

function sensor(context: Context, name: string, read: Motion): Widget {
    let lastAt = -Infinity;
    const motion = new Motions(
        (event) => {
            const reading = read(event);
            if (!reading) return false;
            const interval = durationMs(context.get('interval')) ?? INTERVAL_MS;
            if (event.timeStamp - lastAt >= interval) {
                lastAt = event.timeStamp;
                context.emit('reading', { ...reading, timestamp: dateValue(new Date()) });
            }
            return true;
        },
        (message) => context.emit('error', { message }),
        name,
    );
    return {
        root: unseen(),
        update: () =>
            motion.run(context.is('enabled', true) && (context.handles('reading') || context.handles('error'))),
        dispose: () => motion.run(false),
    };
}

export function shakeDetector(context: Context): Widget {
    const shakes = new Shakes();
    const motion = new Motions(
        (event) => {
            const at = vector(event.accelerationIncludingGravity);
            if (!at) return false;
            const force = Math.hypot(Number(at['x']), Number(at['y']), Number(at['z'])) / GRAVITY;
            const rules = {
                gravity: number(context.get('shake_threshold_gravity')) ?? 2.7,
                slop: number(context.get('shake_slop_time_ms')) ?? 500,
                reset: number(context.get('shake_count_reset_time_ms')) ?? 3000,
                least: number(context.get('minimum_shake_count')) ?? 1,
            };
            if (shakes.feel(force, event.timeStamp, rules)) context.emit('shake');
            return true;
        },
        // It has no event for it.
        (message) => console.warn(`troupe: ShakeDetector: ${message}`),
        'accelerometer',
    );
    return {
        root: unseen(),
        update: () => motion.run(context.handles('shake')),
        dispose: () => motion.run(false),
    };
}

// The browser's motion events while they are wanted. `hear` says whether there was something in one.
class Motions {
    private ends: AbortController | undefined;
    private timer = 0;

    constructor(
        private readonly hear: (event: DeviceMotionEvent) => boolean,
        private readonly fail: (message: string) => void,
        private readonly name: string,
    ) {}

    run(isWanted: boolean): void {
        if (isWanted === (this.ends !== undefined)) return;
        clearTimeout(this.timer);
        if (!isWanted) {
            this.ends?.abort();
            this.ends = undefined;
            return;
        }
        this.ends = new AbortController();
        if (!isSecureContext) return this.fail(`The ${this.name} is for pages that came by https only`);
        if (!('DeviceMotionEvent' in globalThis)) return this.fail(`This browser has no ${this.name}`);
        this.listen(this.ends.signal);
    }

    private listen(signal: AbortSignal): void {
        const hear = (event: DeviceMotionEvent) => {
            if (this.hear(event)) clearTimeout(this.timer);
        };
        addEventListener('devicemotion', hear, { signal });
        const { requestPermission } = DeviceMotionEvent as unknown as Ask;
        if (!requestPermission) return this.expect(signal);
        const ask = async () => {
            if ((await requestPermission.call(DeviceMotionEvent)) === 'granted') this.expect(signal);
            else this.fail(`The person does not let this page use the ${this.name}`);
        };
        // Where the person is asked, only a press of theirs may ask.
        const askLater = () => document.addEventListener('click', () => void ask(), { signal, once: true });
        ask().catch(askLater);
    }

    // A device that has one speaks soon.
    private expect(signal: AbortSignal): void {
        if (signal.aborted) return;
        const none = `This device has no ${this.name}, or does not let this page use it`;
        this.timer = window.setTimeout(() => this.fail(none), SILENCE_MS);
    }
}
