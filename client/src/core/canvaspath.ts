// Shapes of a canvas -> SVG path data, and the stops of its gradients. Pure; angles are radians, clockwise from three o'clock.

import { number, point, text } from './values.ts';
import { isMap, type Value, type ValueMap } from './tree.ts';

const FULL = 2 * Math.PI;
const MAX_DEPTH = 16;
const REPEATS = 12;

type In = Value | undefined;
const n = (value: In): number => number(value) ?? 0;
const at = (x: number, y: number): string => `${round(x)} ${round(y)}`;
const round = (value: number): number => Math.round(value * 1000) / 1000;

export function rectPath(x: number, y: number, width: number, height: number, corners: In = null): string {
    const all = number(corners);
    const map = isMap(corners) ? corners : {};
    const most = Math.min(Math.abs(width), Math.abs(height)) / 2;
    const corner = (name: string) => Math.min(all ?? n(map[name]), most);
    const [tl, tr, br, bl] = ['top_left', 'top_right', 'bottom_right', 'bottom_left'].map(corner) as number[];
    const arc = (r: number, to: string) => (r > 0 ? `A${round(r)} ${round(r)} 0 0 1 ${to}` : '');
    return (
        `M${at(x + tl!, y)}L${at(x + width - tr!, y)}${arc(tr!, at(x + width, y + tr!))}` +
        `L${at(x + width, y + height - br!)}${arc(br!, at(x + width - br!, y + height))}` +
        `L${at(x + bl!, y + height)}${arc(bl!, at(x, y + height - bl!))}` +
        `L${at(x, y + tl!)}${arc(tl!, at(x + tl!, y))}Z`
    );
}

export function ovalPath(x: number, y: number, width: number, height: number): string {
    const [rx, ry] = [width / 2, height / 2];
    const half = (to: string) => `A${round(rx)} ${round(ry)} 0 0 1 ${to}`;
    return `M${at(x, y + ry)}${half(at(x + width, y + ry))}${half(at(x, y + ry))}Z`;
}

export function arcPath(box: ValueMap, withCentre = false): string {
    const [rx, ry] = [n(box['width']) / 2, n(box['height']) / 2];
    const [cx, cy] = [n(box['x']) + rx, n(box['y']) + ry];
    const start = n(box['start_angle']);
    const sweep = n(box['sweep_angle']);
    const on = (angle: number) => at(cx + rx * Math.cos(angle), cy + ry * Math.sin(angle));
    if (Math.abs(sweep) >= FULL) return ovalPath(cx - rx, cy - ry, 2 * rx, 2 * ry);
    // An arc command has to be less than a half turn to be the one that is meant.
    const parts = Math.max(Math.ceil(Math.abs(sweep) / 3), 1);
    const turn = sweep < 0 ? 0 : 1;
    const steps = Array.from({ length: parts }, (_, i) => start + (sweep * (i + 1)) / parts);
    const arcs = steps.map((angle) => `A${round(rx)} ${round(ry)} 0 0 ${turn} ${on(angle)}`).join('');
    return withCentre ? `M${at(cx, cy)}L${on(start)}${arcs}Z` : `M${on(start)}${arcs}`;
}

export function elementsPath(value: In, dx = 0, dy = 0, depth = 0): string {
    if (!Array.isArray(value) || depth > MAX_DEPTH) return '';
    return value.map((item) => (isMap(item) ? elementPath(item, dx, dy, depth) : '')).join('');
}

function elementPath(e: ValueMap, dx: number, dy: number, depth: number): string {
    const [x, y] = [n(e['x']) + dx, n(e['y']) + dy];
    const [width, height] = [n(e['width']), n(e['height'])];
    const control = (name: string) => at(n(e[`${name}x`]) + dx, n(e[`${name}y`]) + dy);
    switch (text(e['_type']).toLowerCase()) {
        case 'moveto':
            return `M${at(x, y)}`;
        case 'lineto':
            return `L${at(x, y)}`;
        case 'cubicto':
            return `C${control('cp1')} ${control('cp2')} ${at(x, y)}`;
        case 'quadraticto':
        case 'conicto':
            return `Q${control('cp1')} ${at(x, y)}`;
        case 'arcto':
            return arcTo(e, x, y);
        case 'arc':
            return arcPath({ ...e, x, y });
        case 'oval':
            return ovalPath(x, y, width, height);
        case 'rect':
            return rectPath(x, y, width, height, e['border_radius']);
        case 'subpath':
            return elementsPath(e['elements'], x, y, depth + 1);
        case 'close':
            return 'Z';
        default:
            return '';
    }
}

function arcTo(e: ValueMap, x: number, y: number): string {
    const radius = n(e['radius']);
    if (radius <= 0) return `L${at(x, y)}`;
    const degrees = round((n(e['rotation']) * 180) / Math.PI);
    const [large, clockwise] = [e['large_arc'] === true ? 1 : 0, e['clockwise'] === false ? 0 : 1];
    return `A${round(radius)} ${round(radius)} ${degrees} ${large} ${clockwise} ${at(x, y)}`;
}

export function pointsPath(value: In, mode: 'lines' | 'polygon'): string {
    const points = (Array.isArray(value) ? value : []).map((item) => point(item) ?? { x: 0, y: 0 });
    return points
        .map(({ x, y }, i) => `${i === 0 || (mode === 'lines' && i % 2 === 0) ? 'M' : 'L'}${at(x, y)}`)
        .join('');
}

export type Stop = { at: number; color: Value };
export type Tiling = { stops: Stop[]; from: number; to: number };

// The colours of a gradient, and how far it goes on before and after its two ends, in lengths of its own.
export function gradientStops(gradient: ValueMap): Tiling {
    const colors = Array.isArray(gradient['colors']) ? gradient['colors'] : [];
    const given = Array.isArray(gradient['color_stops']) ? gradient['color_stops'] : [];
    const clamp = (value: number) => Math.min(Math.max(value, 0), 1);
    const own = colors.map((color, i) => ({
        at: clamp(number(given[i]) ?? (colors.length > 1 ? i / (colors.length - 1) : 0)),
        color,
    }));
    const mode = text(gradient['tile_mode']).toLowerCase();
    if (mode === 'decal') {
        const edge = { color: 'transparent' };
        return { stops: [{ at: 0, ...edge }, ...own, { at: 1, ...edge }], from: 0, to: 1 };
    }
    if (mode !== 'repeated' && mode !== 'mirror') return { stops: own, from: 0, to: 1 };
    const length = 2 * REPEATS + 1;
    const stops = Array.from({ length }, (_, i) => {
        const isBack = mode === 'mirror' && (i - REPEATS) % 2 !== 0;
        const tile = isBack ? own.map((stop) => ({ ...stop, at: 1 - stop.at })).reverse() : own;
        return tile.map(({ at, color }) => ({ at: (i + at) / length, color }));
    }).flat();
    return { stops, from: -REPEATS, to: REPEATS + 1 };
}
