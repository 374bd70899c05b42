// Directions in which a Dismissible may be dragged away.

import type { Value } from './tree.ts';
import { oneOf } from './values.ts';

export type Direction = 'startToEnd' | 'endToStart' | 'up' | 'down';

export const DEFAULT_THRESHOLD = 0.4;

const KINDS = ['none', 'vertical', 'horizontal', 'endToStart', 'startToEnd', 'up', 'down'] as const;

export function allowed(value: Value | undefined): Direction[] {
    const kind = oneOf(value, KINDS) ?? 'horizontal';
    if (kind === 'none') return [];
    if (kind === 'horizontal') return ['endToStart', 'startToEnd'];
    if (kind === 'vertical') return ['up', 'down'];
    return [kind];
}

// Undefined where nothing has moved.
export function directionOf(by: number, isVertical: boolean, isRtl: boolean): Direction | undefined {
    if (by === 0) return undefined;
    if (isVertical) return by < 0 ? 'up' : 'down';
    return by > 0 !== isRtl ? 'startToEnd' : 'endToStart';
}
