// What sounds and films have in common.

import { Ext } from '../core/packets.ts';
import { number } from '../core/values.ts';
import type { Value } from '../core/tree.ts';

export const NO_SOUND_YET = 'Browsers start no sound by themselves before the person has pressed something on the page';
const SLOWEST = 0.0625;
const FASTEST = 16;

// Durations go to the server as microseconds.
export const duration = (seconds: number): Ext =>
    new Ext(3, String(Number.isFinite(seconds) ? Math.round(seconds * 1e6) : 0));

// Browsers refuse other speeds.
export function setRate(media: HTMLMediaElement, rate: Value | undefined): void {
    media.defaultPlaybackRate = media.playbackRate = Math.max(SLOWEST, Math.min(FASTEST, number(rate) ?? 1));
}

// Fails in words. That another one came before this one had begun is no failure.
export async function start(media: HTMLMediaElement): Promise<void> {
    await media.play().catch((error: DOMException) => {
        if (error.name === 'AbortError') return;
        throw new Error(error.name === 'NotAllowedError' ? NO_SOUND_YET : error.message);
    });
}
