// Controls that are called, and those that are not seen.

import type { Value, ValueMap } from '../core/tree.ts';
import { el } from './elements.ts';
import type { Widget } from './widget.ts';

export type Calls<T> = { readonly [name: string]: (self: T, args: ValueMap) => Value | Promise<Value> };

// Answers calls out of a table; what is not in it is no method.
export function answering<T>(calls: Calls<T>, self: T): NonNullable<Widget['invoke']> {
    return (name, args) => (Object.hasOwn(calls, name) ? calls[name]!(self, args) : undefined);
}

// The root of what has no place on the page.
export function unseen(): HTMLElement {
    const root = el('div');
    root.hidden = true;
    return root;
}
