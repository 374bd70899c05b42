// What the files of the map know of each other.

import type * as L from 'leaflet';
import type { Control, Value } from '../core/tree.ts';
import type { Context } from '../dom/widget.ts';

// A layer, as it is drawn.
export interface Drawn {
    update(control: Control): void;
    remove(): void;
}

export interface MapFace {
    readonly map: L.Map;
    readonly context: Context;
    readonly root: HTMLElement;
    camera(): Value;
}
