// A camera as browsers have them: its stream, and of what it can be told what this one can.

import { isMap, type Value, type ValueMap } from '../core/tree.ts';
import { lookup, number, text } from '../core/values.ts';
import { mediaDevices } from './grants.ts';

type Range = { min: number; max: number; step: number };
type Can = MediaTrackCapabilities & { [name: string]: unknown };

const WIDTHS: { [preset: string]: number } = {
    low: 320,
    medium: 640,
    high: 1280,
    veryHigh: 1920,
    ultraHigh: 3840,
    max: 7680,
};
const FACING: { [direction: string]: string } = { front: 'user', back: 'environment' };
const AUTO: { [mode: string]: string } = { auto: 'continuous', locked: 'manual' };
const MODES: { [name: string]: string } = { exposure_mode: 'exposureMode', focus_mode: 'focusMode' };

// Names are known once the person has agreed to a camera.
export async function lensesOf(): Promise<Value> {
    const devices = (await mediaDevices('camera').enumerateDevices()).filter(({ kind }) => kind === 'videoinput');
    return devices.map(({ deviceId, label }, at) => ({
        name: deviceId || label || `Camera ${at + 1}`,
        lens_direction: /back|rear|environment/i.test(label)
            ? 'back'
            : /front|user|face/i.test(label)
              ? 'front'
              : 'external',
        sensor_orientation: 0,
        lens_type: 'unknown',
    }));
}

export class Lens {
    private readonly track: MediaStreamTrack;
    private readonly can: Can;

    private constructor(readonly stream: MediaStream) {
        this.track = stream.getVideoTracks()[0]!;
        // Firefox has had none for long.
        this.can = (this.track.getCapabilities?.() ?? {}) as Can;
    }

    static async open(args: ValueMap): Promise<Lens> {
        const wanted: ValueMap = isMap(args['description']) ? args['description'] : {};
        const devices = await mediaDevices('camera').enumerateDevices();
        const device = devices.find(
            ({ kind, deviceId }) => kind === 'videoinput' && deviceId && deviceId === text(wanted['name']),
        );
        const facing = lookup(FACING, wanted['lens_direction']);
        const fps = number(args['fps']);
        const video = {
            ...(device ? { deviceId: { exact: device.deviceId } } : facing && { facingMode: facing }),
            width: { ideal: WIDTHS[text(args['resolution_preset'])] ?? WIDTHS['max']! },
            ...(fps !== undefined && { frameRate: { ideal: fps } }),
        };
        return new Lens(await mediaDevices('camera').getUserMedia({ video, audio: args['enable_audio'] !== false }));
    }

    close(): void {
        for (const track of this.stream.getTracks()) track.stop();
    }

    size(): { width: number; height: number } {
        const { width = 0, height = 0 } = this.track.getSettings();
        return { width, height };
    }

    // What cannot be moved has one place.
    range(name: 'zoom' | 'exposureCompensation'): Range {
        const can = this.can[name] as Partial<Range> | undefined;
        const fixed = name === 'zoom' ? 1 : 0;
        return { min: can?.min ?? fixed, max: can?.max ?? fixed, step: can?.step ?? 0 };
    }

    async apply(name: 'zoom' | 'exposureCompensation', value: number): Promise<number> {
        const { min, max } = this.range(name);
        if (min === max && value !== min) throw new Error(`This camera has no ${name} that can be changed`);
        const within = Math.max(min, Math.min(max, value));
        if (min !== max) await this.tell({ [name]: within });
        return within;
    }

    async mode(name: string, mode: string): Promise<void> {
        if (name === 'flash_mode') return this.flash(mode);
        const key = MODES[name]!;
        const wanted = AUTO[mode] ?? 'continuous';
        const has = this.can[key];
        if (Array.isArray(has) && has.includes(wanted)) return this.tell({ [key]: wanted });
        if (mode !== 'auto') throw new Error(`This camera has no ${name} that can be changed`);
    }

    canLook(): boolean {
        return 'pointsOfInterest' in this.can;
    }

    async look(at: { x: number; y: number } | undefined): Promise<void> {
        if (!at) return;
        if (!this.canLook()) throw new Error('This camera cannot be told where to look');
        await this.tell({ pointsOfInterest: [at] });
    }

    // Browsers know a lamp that is on or off, and no flash.
    private async flash(mode: string): Promise<void> {
        const isOn = mode === 'torch' || mode === 'always';
        if (this.can['torch'] === true) return this.tell({ torch: isOn });
        if (isOn) throw new Error('This camera has no lamp that a page may switch on');
    }

    private async tell(wish: { [name: string]: unknown }): Promise<void> {
        await this.track.applyConstraints({ advanced: [wish as MediaTrackConstraintSet] });
    }
}
