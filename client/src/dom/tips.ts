// Which elements have a tooltip, as the server wrote it; tooltip.ts shows them.

import { isMap, type Value } from '../core/tree.ts';
import { text } from '../core/values.ts';

// Shared: it says something of elements, each of which belongs to one app.
export const tips = new WeakMap<Element, Value>();

export function tipText(value: Value | undefined): string {
    return isMap(value) ? text(value['message']) : text(value);
}
