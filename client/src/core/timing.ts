// How long an animation takes, as browsers' animations have it. Pure.

import type { Value } from './tree.ts';
import { animation } from './values.ts';

export function timing(value: Value | undefined): { duration: number; easing: string } | undefined {
    const [, time, easing] = /^([\d.]+)ms (.*)$/.exec(animation(value) ?? '') ?? [];
    return time ? { duration: Number(time), easing: easing! } : undefined;
}
