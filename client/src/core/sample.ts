// Where a pointer is, and how the protocol says so. Pure.

import { Ext } from './packets.ts';
import type { ValueMap } from './tree.ts';
import type { Point } from './velocity.ts';

export type Sample = {
    id: number;
    kind: 'touch' | 'mouse' | 'stylus' | 'unknown';
    button: 'primary' | 'secondary' | 'tertiary';
    at: number; // milliseconds
    local: Point;
    global: Point;
};

export const timestamp = (at: number): Ext => new Ext(3, String(Math.round(at * 1000)));
export const copy = ({ x, y }: Point): ValueMap => ({ x, y });
export const place = ({ local, global }: Sample): ValueMap => ({ l: copy(local), g: copy(global) });
export const touch = (at: Sample): ValueMap => ({ k: at.kind, ...place(at) });
