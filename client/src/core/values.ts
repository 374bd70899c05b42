// Property values of the protocol -> CSS. Pure; anything unreadable becomes undefined (the default).

import { Control, isMap, type Value, type ValueMap } from './tree.ts';
import { Ext } from './packets.ts';

type In = Value | undefined;
export type Css = { [property: string]: string | undefined };

export function number(value: In): number | undefined {
    if (typeof value === 'number') return Number.isNaN(value) ? undefined : value;
    if (value === 'inf') return Infinity;
    if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))) return Number(value);
    return undefined;
}

export function text(value: In): string {
    if (value === null || value === undefined) return '';
    if (value instanceof Ext) return value.text;
    if (value instanceof Control) return text(value.props['value'] ?? value.props['content']);
    return typeof value === 'object' ? '' : String(value);
}

// Enum names are compared without case.
export function oneOf<T extends string>(value: In, names: readonly T[]): T | undefined {
    const wanted = typeof value === 'string' ? value.toLowerCase() : '';
    return names.find((name) => name.toLowerCase() === wanted);
}

// A word in a table, without case; not what every object inherits.
export function lookup(table: { readonly [name: string]: string }, value: In): string | undefined {
    const name = text(value).toLowerCase();
    return Object.hasOwn(table, name) ? table[name] : undefined;
}

// Without what is undefined, which would hide what came before.
export function given(css: Css): Css {
    return Object.fromEntries(Object.entries(css).filter(([, value]) => value !== undefined));
}

export function px(value: In): string | undefined {
    const n = number(value);
    if (n === undefined) return undefined;
    return n === Infinity ? '100%' : `${n}px`;
}

// -- colours --

const ROLES = (
    'primary on-primary primary-container on-primary-container primary-fixed primary-fixed-dim ' +
    'on-primary-fixed on-primary-fixed-variant secondary on-secondary secondary-container ' +
    'on-secondary-container secondary-fixed secondary-fixed-dim on-secondary-fixed ' +
    'on-secondary-fixed-variant tertiary on-tertiary tertiary-container on-tertiary-container ' +
    'tertiary-fixed tertiary-fixed-dim on-tertiary-fixed on-tertiary-fixed-variant error ' +
    'on-error error-container on-error-container surface on-surface on-surface-variant ' +
    'surface-variant surface-tint surface-dim surface-bright surface-container ' +
    'surface-container-low surface-container-lowest surface-container-high ' +
    'surface-container-highest background on-background outline outline-variant shadow scrim ' +
    'inverse-surface inverse-on-surface inverse-primary'
).split(' ');
const ROLE_BY_NAME = new Map(ROLES.map((role) => [role.replaceAll('-', ''), role]));
ROLE_BY_NAME.set('oninversesurface', 'inverse-on-surface');

const HUES =
    'red|pink|purple|deeppurple|indigo|blue|lightblue|cyan|teal|green|lightgreen|lime|' +
    'yellow|amber|orange|deeporange|brown|grey|bluegrey';
const SHADED = new RegExp(`^(${HUES})(accent)?(50|[1-9]00)?$`);
// Names of what the system draws with. Nothing else may follow: the name becomes a part of CSS.
const NATIVE = /^(?:system|label|quaternary|secondary|tertiary|link|opaque|active|inactive|dark)[a-z0-9]*$/;
const FADED = /^(white|black)(\d\d)$/;
// Flutter's opacities do not follow the two digits of the name exactly.
const FADES: { [name: string]: number } = {
    white10: 0.1,
    white12: 0.12,
    white24: 0.24,
    white30: 0.3,
    white38: 0.38,
    white54: 0.54,
    white60: 0.6,
    white70: 0.7,
    black12: 0.12,
    black26: 0.26,
    black38: 0.38,
    black45: 0.45,
    black54: 0.54,
    black87: 0.87,
};

export const ROLE_NAMES: readonly string[] = ROLES;

export function color(value: In): string | undefined {
    if (typeof value !== 'string') return undefined;
    const [name = '', opacity] = value.trim().toLowerCase().split(',');
    const solid = hexColor(name) ?? namedColor(name);
    const alpha = opacity === undefined ? undefined : number(opacity);
    if (solid === undefined || alpha === undefined) return solid;
    const percent = Math.round(Math.min(Math.max(alpha, 0), 1) * 100);
    return `color-mix(in srgb, ${solid} ${percent}%, transparent)`;
}

function hexColor(name: string): string | undefined {
    const digits = /^(?:#|0x)([0-9a-f]+)$/.exec(name)?.[1];
    if (!digits) return undefined;
    if (digits.length === 3 || digits.length === 6) return `#${digits}`;
    // The protocol puts alpha first, CSS last.
    if (digits.length === 4) return `#${digits.slice(1)}${digits[0]}`;
    if (digits.length === 8) return `#${digits.slice(2)}${digits.slice(0, 2)}`;
    return undefined;
}

function namedColor(name: string): string | undefined {
    const role = ROLE_BY_NAME.get(name.replaceAll('_', ''));
    if (role) return `var(--md-sys-color-${role})`;
    if (name === 'transparent' || name === 'white' || name === 'black') return name;
    const fade = FADED.exec(name);
    if (fade && Object.hasOwn(FADES, name))
        return `color-mix(in srgb, ${fade[1]} ${Math.round(FADES[name]! * 100)}%, transparent)`;
    const shade = SHADED.exec(name);
    if (shade) {
        const [, hue, accent, step] = shade;
        return `var(--c-${hue}-${accent ? `a${step ?? '200'}` : (step ?? '500')})`;
    }
    if (NATIVE.test(name)) return `var(--c-${name}, currentColor)`;
    return undefined;
}

// -- boxes --

export function box(value: In): string | undefined {
    const all = number(value);
    if (all !== undefined) return `${all}px`;
    if (!isMap(value)) return undefined;
    return ['top', 'right', 'bottom', 'left'].map((side) => `${number(value[side]) ?? 0}px`).join(' ');
}

export function radius(value: In): string | undefined {
    const all = number(value);
    if (all !== undefined) return `${all}px`;
    if (!isMap(value)) return undefined;
    return ['top_left', 'top_right', 'bottom_right', 'bottom_left']
        .map((corner) => `${number(value[corner]) ?? 0}px`)
        .join(' ');
}

export function borderSide(value: In): string | undefined {
    if (!isMap(value)) return undefined;
    const width = number(value['width']) ?? 1;
    if (value['style'] === 'none' || width === 0) return 'none';
    return `${width}px solid ${color(value['color']) ?? 'black'}`;
}

export function border(value: In): Css {
    if (!isMap(value)) return {};
    const css: Css = {};
    for (const side of ['top', 'right', 'bottom', 'left']) css[`border-${side}`] = borderSide(value[side]);
    return css;
}

export function shadow(value: In): string | undefined {
    const list = Array.isArray(value) ? value : [value];
    const parts = list.filter(isMap).map((item) => {
        const { x, y } = point(item['offset']) ?? { x: 0, y: 0 };
        const blur = number(item['blur_radius']) ?? 0;
        const spread = number(item['spread_radius']) ?? 0;
        const inset = oneOf(item['blur_style'], ['inner']) ? ' inset' : '';
        return `${x}px ${y}px ${blur}px ${spread}px ${color(item['color']) ?? 'black'}${inset}`;
    });
    return parts.length ? parts.join(', ') : undefined;
}

export function gradient(value: In): string | undefined {
    if (!isMap(value) || !Array.isArray(value['colors'])) return undefined;
    const repeats = oneOf(value['tile_mode'], ['repeated']) ? 'repeating-' : '';
    if (value['_type'] === 'radial') {
        const { x, y } = point(value['center']) ?? { x: 0, y: 0 };
        const radius = number(value['radius']) ?? 0.5;
        const at = `${(x + 1) * 50}% ${(y + 1) * 50}%`;
        // The radius is a share of the shorter side, which CSS knows only from the middle.
        const isCentred = x === 0 && y === 0;
        const shape = isCentred ? 'circle closest-side' : `${radius * 100}% ${radius * 100}%`;
        const list = stops(value, 0, isCentred ? radius * 200 : 100, '%');
        return `${repeats}radial-gradient(${shape} at ${at}, ${list})`;
    }
    if (value['_type'] === 'sweep') {
        const { x, y } = point(value['center']) ?? { x: 0, y: 0 };
        const degrees = (angle: In, otherwise: number) => ((number(angle) ?? otherwise) * 180) / Math.PI;
        const from = degrees(value['start_angle'], 0);
        const to = degrees(value['end_angle'], 2 * Math.PI);
        const at = `${(x + 1) * 50}% ${(y + 1) * 50}%`;
        return `${repeats}conic-gradient(from 90deg at ${at}, ${stops(value, from, to, 'deg')})`;
    }
    const begin = point(value['begin']) ?? { x: -1, y: 0 };
    const end = point(value['end']) ?? { x: 1, y: 0 };
    const angle = Math.round((Math.atan2(end.y - begin.y, end.x - begin.x) * 180) / Math.PI + 90);
    // Along one side it may begin and end within; on a slant CSS goes from corner to corner.
    const axis = begin.y === end.y ? 'x' : begin.x === end.x ? 'y' : undefined;
    const share = (at: number) => (end[axis!] > begin[axis!] ? at + 1 : 1 - at) * 50;
    const [from, to] = axis ? [share(begin[axis]), share(end[axis])] : [0, 100];
    return `${repeats}linear-gradient(${angle}deg, ${stops(value, from, to, '%')})`;
}

// The colours, from one place to the other; where nothing says otherwise, evenly.
function stops(gradient: ValueMap, from: number, to: number, unit: string): string {
    const colors = gradient['colors'] as Value[];
    const own = Array.isArray(gradient['stops']) ? gradient['stops'] : [];
    return colors
        .map((item, i) => {
            const share = number(own[i]) ?? (colors.length > 1 ? i / (colors.length - 1) : 0);
            const at = Math.round((from + (to - from) * share) * 100) / 100;
            return `${color(item) ?? 'transparent'} ${at}${unit}`;
        })
        .join(', ');
}

// Alignment, offset and scale share the two-number form.
export function point(value: In): { x: number; y: number } | undefined {
    if (Array.isArray(value)) return { x: number(value[0]) ?? 0, y: number(value[1]) ?? 0 };
    if (!isMap(value)) return undefined;
    return { x: number(value['x']) ?? 0, y: number(value['y']) ?? 0 };
}

export function flexPlace(at: number): string {
    return at < -0.33 ? 'flex-start' : at > 0.33 ? 'flex-end' : 'center';
}

export function shapeRadius(value: In): string | undefined {
    if (!isMap(value)) return undefined;
    switch (value['_type']) {
        case 'stadium':
        case 'circle':
            return '9999px';
        case 'roundedRectangle':
        case 'continuousRectangle':
        case 'beveledRectangle':
            return radius(value['radius']) ?? '0px';
        default:
            return undefined;
    }
}

const MAIN_AXIS: { [name: string]: string } = {
    start: 'flex-start',
    end: 'flex-end',
    center: 'center',
    spacebetween: 'space-between',
    spacearound: 'space-around',
    spaceevenly: 'space-evenly',
};
const CROSS_AXIS: { [name: string]: string } = {
    start: 'flex-start',
    end: 'flex-end',
    center: 'center',
    stretch: 'stretch',
    baseline: 'baseline',
};

export function mainAxis(value: In): string | undefined {
    return lookup(MAIN_AXIS, value);
}

export function crossAxis(value: In): string | undefined {
    return lookup(CROSS_AXIS, value);
}

// -- text, time, states --

const DECORATIONS: [number, string][] = [
    [1, 'underline'],
    [2, 'overline'],
    [4, 'line-through'],
];

export function weight(value: In): string | undefined {
    if (value === 'bold') return '700';
    if (value === 'normal') return '400';
    return typeof value === 'string' ? /^w_?([1-9]00)$/.exec(value)?.[1] : undefined;
}

export function textStyle(value: In): Css {
    if (!isMap(value)) return {};
    const bits = number(value['decoration']) ?? 0;
    const lines = DECORATIONS.filter(([bit]) => bits & bit).map(([, name]) => name);
    const height = number(value['height']);
    return {
        'font-size': px(value['size']),
        'line-height': height === undefined ? undefined : String(height),
        'font-weight': weight(value['weight']),
        'font-style': value['italic'] === true ? 'italic' : undefined,
        'font-family': fontFamily(value['font_family']),
        color: color(value['color']),
        'background-color': color(value['bgcolor']),
        'letter-spacing': px(value['letter_spacing']),
        'word-spacing': px(value['word_spacing']),
        'text-decoration-line': lines.length ? lines.join(' ') : undefined,
        'text-decoration-color': color(value['decoration_color']),
        'text-decoration-style': oneOf(value['decoration_style'], ['solid', 'double', 'dotted', 'dashed', 'wavy']),
        'text-shadow': textShadow(value['shadow']),
    };
}

function textShadow(value: In): string | undefined {
    const list = (Array.isArray(value) ? value : [value]).filter(isMap);
    const parts = list.map((item) => {
        const { x, y } = point(item['offset']) ?? { x: 0, y: 0 };
        return `${x}px ${y}px ${number(item['blur_radius']) ?? 0}px ${color(item['color'])}`;
    });
    return parts.length ? parts.join(', ') : undefined;
}

// Kinds of fonts, which in quotes would be names.
const GENERIC = /^(serif|sans-serif|monospace|cursive|system-ui)$/;

export function fontFamily(value: In): string | undefined {
    // As a CSS string, which ends at a quote or a line's end and takes a backslash for the beginning of an escape.
    const name = typeof value === 'string' ? value.replace(/[\p{Cc}"\\]/gu, '').trim() : '';
    if (GENERIC.test(name)) return name;
    return name ? `"${name}"` : undefined;
}

const UNITS: { [name: string]: number } = {
    days: 86_400_000,
    hours: 3_600_000,
    minutes: 60_000,
    seconds: 1000,
    milliseconds: 1,
    microseconds: 0.001,
};

export function durationMs(value: In): number | undefined {
    if (value instanceof Ext && value.type === 3) return Number(value.text) / 1000;
    if (!isMap(value)) return number(value);
    return Object.entries(UNITS).reduce((sum, [unit, ms]) => {
        return sum + (number(value[unit]) ?? 0) * ms;
    }, 0);
}

// Flutter's curves as cubic Béziers; bounces and springs, which swing more than once, come to their
// single overshoot.
const CURVES: { [name: string]: string } = {
    decelerate: '0,0,.2,1',
    fastlineartosloweasein: '.18,1,.04,1',
    ease: '.25,.1,.25,1',
    easein: '.42,0,1,1',
    easeintolinear: '.67,.03,.65,.09',
    easeinsine: '.47,0,.75,.72',
    easeinquad: '.55,.09,.68,.53',
    easeincubic: '.55,.06,.68,.19',
    easeinquart: '.9,.03,.69,.22',
    easeinquint: '.76,.05,.86,.06',
    easeinexpo: '.95,.05,.8,.04',
    easeincirc: '.6,.04,.98,.34',
    easeinback: '.6,-.28,.74,.05',
    easeout: '0,0,.58,1',
    lineartoeaseout: '.35,.91,.33,.97',
    easeoutsine: '.39,.58,.57,1',
    easeoutquad: '.25,.46,.45,.94',
    easeoutcubic: '.22,.61,.36,1',
    easeoutquart: '.17,.84,.44,1',
    easeoutquint: '.23,1,.32,1',
    easeoutexpo: '.19,1,.22,1',
    easeoutcirc: '.08,.82,.17,1',
    easeoutback: '.18,.89,.32,1.28',
    easeinout: '.42,0,.58,1',
    easeinoutsine: '.45,.05,.55,.95',
    easeinoutquad: '.46,.03,.52,.96',
    easeinoutcubic: '.65,.05,.36,1',
    easeinoutcubicemphasized: '.05,.7,.1,1',
    easeinoutquart: '.77,0,.18,1',
    easeinoutquint: '.86,0,.07,1',
    easeinoutexpo: '1,0,0,1',
    easeinoutcirc: '.79,.14,.15,.86',
    easeinoutback: '.68,-.55,.27,1.55',
    fastoutslowin: '.4,0,.2,1',
    slowmiddle: '.15,.85,.85,.15',
    bouncein: '.6,-.28,.74,.05',
    bounceout: '.18,.89,.32,1.28',
    bounceinout: '.68,-.55,.27,1.55',
    elasticin: '.6,-.4,.74,.05',
    elasticout: '.18,.89,.32,1.4',
    elasticinout: '.68,-.6,.27,1.6',
};

// `true`, milliseconds or {duration, curve} -> "300ms ease".
export function animation(value: In): string | undefined {
    if (value === true) return '1000ms linear';
    if (typeof value === 'number') return `${value}ms linear`;
    if (!isMap(value)) return undefined;
    const curve = lookup(CURVES, value['curve']);
    return `${durationMs(value['duration']) ?? 1000}ms ${curve ? `cubic-bezier(${curve})` : 'linear'}`;
}

const STATES = new Set([
    'hovered',
    'focused',
    'pressed',
    'dragged',
    'selected',
    'scrolledUnder',
    'disabled',
    'error',
    'default',
]);

// A map whose keys are all widget states holds one value per state; anything else is the value.
export function inState(value: In, ...active: string[]): In {
    if (!isMap(value)) return value;
    const keys = Object.keys(value);
    if (keys.length === 0 || !keys.every((key) => STATES.has(key))) return value;
    const key = keys.find((name) => active.includes(name));
    return value[key ?? 'default'];
}

export type Icon = { set: number; index: number };

export function icon(value: In): Icon | undefined {
    if (!Number.isInteger(value) || (value as number) < 0x10000) return undefined;
    return { set: ((value as number) >> 16) & 0xff, index: (value as number) & 0xffff };
}

// Key of a control as the server wrote it: a scalar or {_type, value}.
export function key(value: In): string | undefined {
    const plain = isMap(value) ? value['value'] : value;
    return plain === null || plain === undefined ? undefined : text(plain);
}

export function isOn(value: In): boolean {
    return value !== null && value !== undefined && value !== false;
}
