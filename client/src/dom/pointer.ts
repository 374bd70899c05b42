// Pointer events of the browser -> the data of the protocol.

import { place, timestamp, type Sample } from '../core/sample.ts';
import type { ValueMap } from '../core/tree.ts';

const KINDS: { [type: string]: Sample['kind'] } = { mouse: 'mouse', touch: 'touch', pen: 'stylus' };
const BUTTONS: readonly Sample['button'][] = ['primary', 'tertiary', 'secondary'];

export function sampleOf(event: PointerEvent, root: Element, button = event.button): Sample {
    const area = root.getBoundingClientRect();
    return {
        id: event.pointerId,
        kind: KINDS[event.pointerType] ?? 'unknown',
        button: BUTTONS[button] ?? 'primary',
        at: event.timeStamp,
        local: { x: event.clientX - area.left, y: event.clientY - area.top },
        global: { x: event.clientX, y: event.clientY },
    };
}

export function touchOf(event: PointerEvent, root: Element): ValueMap {
    const sample = sampleOf(event, root);
    return { k: sample.kind, ...place(sample) };
}

// All that is known of a pointer. Sizes are CSS pixels, angles radians.
export function pointerOf(event: PointerEvent, root: Element, before?: Sample): ValueMap {
    const sample = sampleOf(event, root);
    const by = (at: { x: number; y: number } | undefined, now: { x: number; y: number }) =>
        at ? { x: now.x - at.x, y: now.y - at.y } : { x: null, y: null };
    const [major, minor] = [Math.max(event.width, event.height) / 2, Math.min(event.width, event.height) / 2];
    return {
        k: sample.kind,
        ...place(sample),
        ts: timestamp(sample.at),
        dev: event.pointerId,
        ps: event.pressure,
        pMin: 0,
        pMax: 1,
        dist: 0,
        distMax: 0,
        size: 0,
        rMj: major,
        rMn: minor,
        rMin: 0,
        rMax: major,
        or: (event.twist * Math.PI) / 180,
        tilt: (Math.hypot(event.tiltX, event.tiltY) * Math.PI) / 180,
        ld: by(before?.local, sample.local),
        gd: by(before?.global, sample.global),
    };
}
