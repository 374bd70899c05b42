// Looks that several controls share: densities, size limits, shadows, styles of buttons. Property values -> CSS.

import { isMap, type Value, type ValueMap } from './tree.ts';
import {
    borderSide,
    box,
    color,
    given,
    inState,
    lookup,
    number,
    point,
    px,
    shapeRadius,
    text,
    textStyle,
    type Css,
} from './values.ts';

const SHIFTS = { comfortable: '-4', compact: '-8' };

// By how many pixels a density makes a control lower than it is by itself.
export function densityShift(value: Value | undefined): number {
    return Number(lookup(SHIFTS, value) ?? 0);
}

// A BoxConstraints.
export function limits(value: Value | undefined): Css {
    if (!isMap(value)) return {};
    const most = (name: string) => (number(value[name]) === Infinity ? undefined : px(value[name]));
    return {
        'min-width': px(value['min_width']),
        'max-width': most('max_width'),
        'min-height': px(value['min_height']),
        'max-height': most('max_height'),
    };
}

const STRUT_SIZE = 14;
// Of a font that says nothing of it, as browsers take it.
const STRUT_HEIGHT = 1.2;

// A StrutStyle: how high a line is at least, and where it is forced, at most. `own` is what it is without.
export function strut(value: Value | undefined, own: string): string | undefined {
    if (!isMap(value)) return undefined;
    const lines = (number(value['height']) ?? STRUT_HEIGHT) + (number(value['leading']) ?? 0);
    const height = (number(value['size']) ?? STRUT_SIZE) * lines;
    if (!(height > 0)) return undefined;
    return value['force_strut_height'] === true ? `${height}px` : `max(${own}, ${height}px)`;
}

// Undefined where nothing is said of it, so that the control's own shadow stays.
export function elevationShadow(value: Value | undefined, cast?: Value): string | undefined {
    const elevation = number(value);
    const shade = color(cast);
    if (elevation === undefined && !shade) return undefined;
    const height = elevation ?? 1;
    if (height <= 0) return 'none';
    if (shade) return `0 ${height / 2}px ${height * 1.5 + 1}px ${shade}`;
    return `var(--t-shadow-${Math.min(Math.ceil(height), 3)})`;
}

// A shape with the side it may carry.
export function outline(shape: Value | undefined, side?: Value): Css {
    const line = borderSide(side) ?? (isMap(shape) ? borderSide(shape['side']) : undefined);
    return { 'border-radius': shapeRadius(shape), border: line };
}

// A ButtonStyle on an element of our own.
export function buttonLook(style: ValueMap, states: string[]): Css {
    const pick = (name: string) => inState(style[name], ...states);
    return {
        ...textStyle(pick('text_style')),
        ...given({ color: color(pick('color')) }),
        ...outline(pick('shape'), pick('side')),
        'background-color': color(pick('bgcolor')),
        padding: box(pick('padding')),
        'box-shadow': elevationShadow(pick('elevation'), pick('shadow_color')),
        '--t-press': color(pick('overlay_color')),
    };
}

// A MenuStyle.
export function menuLook(style: Value | undefined): Css {
    if (!isMap(style)) return {};
    const pick = (name: string) => inState(style[name]);
    const size = (name: string, side: string) => {
        const value = pick(name);
        return isMap(value) ? px(value[side]) : undefined;
    };
    return {
        ...outline(pick('shape'), pick('side')),
        'background-color': color(pick('bgcolor')),
        padding: box(pick('padding')),
        'box-shadow': elevationShadow(pick('elevation'), pick('shadow_color')),
        width: size('fixed_size', 'width'),
        height: size('fixed_size', 'height'),
        'min-width': size('min_size', 'width'),
        'min-height': size('min_size', 'height'),
        'max-width': size('max_size', 'width'),
        'max-height': size('max_size', 'height'),
    };
}

const SAME = new Set(
    'multiply screen overlay darken lighten difference exclusion hue saturation color luminosity'.split(' '),
);
const OTHERS: { readonly [mode: string]: string } = {
    colordodge: 'color-dodge',
    colorburn: 'color-burn',
    hardlight: 'hard-light',
    softlight: 'soft-light',
    modulate: 'multiply',
    plus: 'plus-lighter',
};

// What CSS blends by; nothing for modes that lay one above the other.
export function blending(mode: Value | undefined): string | undefined {
    const name = text(mode).toLowerCase();
    return SAME.has(name) ? name : lookup(OTHERS, mode);
}

// Shadows of what has no box: of a glyph, of a drawing.
export function dropShadows(value: Value | undefined): string | undefined {
    const list = (Array.isArray(value) ? value : [value]).filter(isMap);
    const parts = list.map((item) => {
        const { x, y } = point(item['offset']) ?? { x: 0, y: 0 };
        return `drop-shadow(${x}px ${y}px ${number(item['blur_radius']) ?? 0}px ${color(item['color']) ?? 'black'})`;
    });
    return parts.length ? parts.join(' ') : undefined;
}
