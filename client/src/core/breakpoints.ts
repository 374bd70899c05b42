// Values that depend on the width of the window, in pixels. Here they become custom properties, one for
// each width; layout.css picks among them, so that resizing runs no code.

import { isMap, type Value } from './tree.ts';
import { number, type Css } from './values.ts';

export const COLUMNS = 12;
const NAMES = ['xs', 'sm', 'md', 'lg', 'xl', 'xxl'];

// A row's own names and widths. No style sheet knows them: its controls are styled anew when the
// window gets another name.
export function breakpointName(own: Value | undefined, width: number): string {
    let name = '';
    let from = -1;
    for (const [candidate, value] of Object.entries(isMap(own) ? own : {})) {
        const at = number(value) ?? Infinity;
        if (at <= width && at > from) [name, from] = [candidate, at];
    }
    return name;
}

function ownSize(value: Value | undefined, own: Value, otherwise: number, width: number): number {
    if (!isMap(value)) return number(value) ?? otherwise;
    // A width without a value takes that of the next narrower one; '' is for all.
    const widths = Object.entries(isMap(own) ? own : {})
        .sort((a, b) => number(a[1])! - number(b[1])!)
        .map(([name]) => name);
    const last = widths.indexOf(breakpointName(own, width));
    return widths
        .slice(0, last + 1)
        .reduce((size, name) => number(value[name]) ?? size, number(value['']) ?? otherwise);
}

// All are written out: what is missing would be inherited from a grid further out.
export function sizes(
    name: string,
    value: Value | undefined,
    otherwise: number,
    own: Value | undefined,
    width: number,
): Css {
    const css: Css = {};
    if (isMap(own)) value = ownSize(value, own, otherwise, width);
    let current = number(isMap(value) ? value[''] : value) ?? otherwise;
    for (const size of NAMES) {
        if (isMap(value)) current = number(value[size]) ?? current;
        css[`--t-${name}-${size}`] = String(current);
    }
    return css;
}
