// Values that depend on the width of the window. Here they become custom properties, one for each
// width; layout.css picks among them, so that resizing runs no code.

import { isMap, type Value } from './tree.ts';
import { number, type Css } from './values.ts';

export const COLUMNS = 12;
const NAMES = ['xs', 'sm', 'md', 'lg', 'xl', 'xxl'];

// All are written out: what is missing would be inherited from a grid further out.
export function sizes(name: string, value: Value | undefined, otherwise: number): Css {
    const css: Css = {};
    let current = number(isMap(value) ? undefined : value) ?? otherwise;
    for (const size of NAMES) {
        if (isMap(value)) current = number(value[size]) ?? current;
        css[`--t-${name}-${size}`] = String(current);
    }
    return css;
}
