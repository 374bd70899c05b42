// Paints the shapes of a canvas.

import { arcPath, elementsPath, gradientStops, ovalPath, pointsPath, rectPath } from '../core/canvaspath.ts';
import { isMap, type Control, type Value, type ValueMap } from '../core/tree.ts';
import { lookup, number, oneOf, point } from '../core/values.ts';
import type { Inks } from './canvasinks.ts';
import { drawText } from './canvastext.ts';

export type Easel = {
    ctx: CanvasRenderingContext2D;
    width: number;
    height: number;
    inks: Inks;
    family: string;
    // A picture that is here, or nothing yet: it comes with the next drawing.
    picture(shape: Control): CanvasImageSource | undefined;
};

const OPERATIONS: { readonly [mode: string]: GlobalCompositeOperation } = {
    clear: 'destination-out',
    color: 'color',
    colorburn: 'color-burn',
    colordodge: 'color-dodge',
    darken: 'darken',
    difference: 'difference',
    dstatop: 'destination-atop',
    dstin: 'destination-in',
    dstout: 'destination-out',
    dstover: 'destination-over',
    exclusion: 'exclusion',
    hardlight: 'hard-light',
    hue: 'hue',
    lighten: 'lighten',
    luminosity: 'luminosity',
    modulate: 'multiply',
    multiply: 'multiply',
    overlay: 'overlay',
    plus: 'lighter',
    saturation: 'saturation',
    screen: 'screen',
    softlight: 'soft-light',
    src: 'copy',
    srcatop: 'source-atop',
    srcin: 'source-in',
    srcout: 'source-out',
    xor: 'xor',
};
// These change what lies beside the shape as well, where they are not held to it.
const FAR_PX = 1e5;
const BOUNDLESS = ['copy', 'source-in', 'source-out', 'destination-in', 'destination-atop'];

type Draw = (easel: Easel, props: ValueMap, shape: Control) => void;
const n = (value: Value | undefined): number => number(value) ?? 0;

const SHAPES: { readonly [type: string]: Draw } = {
    Arc: (easel, props) => draw(easel, arcPath(props, props['use_center'] === true), paintOf(props)),
    Circle(easel, props) {
        const r = n(props['radius']);
        draw(easel, ovalPath(n(props['x']) - r, n(props['y']) - r, 2 * r, 2 * r), paintOf(props));
    },
    Color(easel, props) {
        const paint = { color: props['color'] ?? 'black', blend_mode: props['blend_mode'] ?? null };
        draw(easel, rectPath(0, 0, easel.width, easel.height), paint);
    },
    Fill: (easel, props) =>
        draw(easel, rectPath(0, 0, easel.width, easel.height), { ...paintOf(props), style: 'fill' }),
    Image: drawImage,
    Line(easel, props) {
        const path = `M${n(props['x1'])} ${n(props['y1'])}L${n(props['x2'])} ${n(props['y2'])}`;
        draw(easel, path, { ...paintOf(props), style: 'stroke' });
    },
    Oval: (easel, props) =>
        draw(easel, ovalPath(n(props['x']), n(props['y']), n(props['width']), n(props['height'])), paintOf(props)),
    Path: (easel, props) => draw(easel, elementsPath(props['elements']), paintOf(props)),
    Points: drawPoints,
    Rect(easel, props) {
        const { x, y, width, height } = props as { [name: string]: Value };
        draw(easel, rectPath(n(x), n(y), n(width), n(height), props['border_radius']), paintOf(props));
    },
    Shadow: drawShadow,
    Text: ({ ctx, inks, family }, _props, shape) => drawText(ctx, shape, inks, family),
};

export function drawShapes(easel: Easel, shapes: readonly Control[]): void {
    for (const shape of shapes) {
        const one = Object.hasOwn(SHAPES, shape.type) ? SHAPES[shape.type] : undefined;
        if (!one || shape.props['visible'] === false) continue;
        easel.ctx.save();
        one(easel, shape.props, shape);
        easel.ctx.restore();
    }
}

function paintOf(props: ValueMap): ValueMap {
    return isMap(props['paint']) ? props['paint'] : {};
}

function draw(easel: Easel, data: string, paint: ValueMap): void {
    const { ctx } = easel;
    const path = new Path2D(data);
    const isStroke = oneOf(paint['style'], ['stroke']) !== undefined;
    if (!setPaint(easel, paint)) return;
    if (!isStroke && BOUNDLESS.includes(ctx.globalCompositeOperation)) ctx.clip(path);
    const ink = paint['gradient'] ? gradientOf(easel, paint['gradient']) : undefined;
    if (isStroke) {
        ctx.strokeStyle = ink ?? easel.inks.of(paint['color']);
        ctx.stroke(path);
    } else {
        ctx.fillStyle = ink ?? easel.inks.of(paint['color']);
        ctx.fill(path);
    }
}

// False when it leaves everything as it is.
function setPaint({ ctx }: Easel, paint: ValueMap): boolean {
    const mode = paint['blend_mode'];
    if (oneOf(mode, ['dst', 'values'])) return false;
    ctx.globalCompositeOperation = (lookup(OPERATIONS, mode) ?? 'source-over') as GlobalCompositeOperation;
    // A line of no width is as thin as can be seen.
    ctx.lineWidth = number(paint['stroke_width']) || 1;
    ctx.lineCap = oneOf(paint['stroke_cap'], ['round', 'square', 'butt']) ?? 'butt';
    ctx.lineJoin = oneOf(paint['stroke_join'], ['miter', 'round', 'bevel']) ?? 'miter';
    ctx.miterLimit = number(paint['stroke_miter_limit']) ?? 4;
    const dashes = paint['stroke_dash_pattern'];
    ctx.setLineDash(Array.isArray(dashes) ? dashes.map((item) => Math.max(n(item), 0)) : []);
    const blur = paint['blur_image'];
    const sigma = number(blur) ?? n(isMap(blur) ? blur['sigma_x'] : Array.isArray(blur) ? blur[0] : null);
    if (sigma > 0) ctx.filter = `blur(${sigma}px)`;
    ctx.imageSmoothingEnabled = paint['anti_alias'] !== false;
    return true;
}

function gradientOf({ ctx, inks }: Easel, value: Value): CanvasGradient | undefined {
    if (!isMap(value)) return undefined;
    const { stops, from, to } = gradientStops(value);
    const kind = value['_type'];
    const centre = point(value['center']) ?? { x: 0, y: 0 };
    if (kind === 'sweep') {
        const start = n(value['start_angle']);
        const sweep = (number(value['end_angle']) ?? 2 * Math.PI) - start;
        const gradient = ctx.createConicGradient(start + n(value['rotation']), centre.x, centre.y);
        for (const stop of gradientStops({ ...value, tile_mode: 'clamp' }).stops)
            gradient.addColorStop(Math.min(Math.max((stop.at * sweep) / (2 * Math.PI), 0), 1), inks.of(stop.color));
        return gradient;
    }
    let gradient: CanvasGradient;
    let [first, last] = [from, to];
    if (kind === 'radial') {
        const focal = point(value['focal']) ?? centre;
        const radius = n(value['radius']);
        gradient = ctx.createRadialGradient(
            focal.x,
            focal.y,
            n(value['focal_radius']),
            centre.x,
            centre.y,
            radius * to,
        );
        // It begins in the middle, not before it.
        first = 0;
    } else {
        const [a, b] = [point(value['begin']) ?? { x: 0, y: 0 }, point(value['end']) ?? { x: 0, y: 0 }];
        const on = (share: number) => [a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share] as const;
        gradient = ctx.createLinearGradient(...on(from), ...on(to));
    }
    for (const stop of stops) {
        const share = (stop.at * (to - from) + from - first) / (last - first);
        if (share >= 0) gradient.addColorStop(Math.min(share, 1), inks.of(stop.color));
    }
    return gradient;
}

function drawPoints(easel: Easel, props: ValueMap): void {
    const paint = paintOf(props);
    const mode = oneOf(props['point_mode'], ['lines', 'polygon']);
    if (mode) return draw(easel, pointsPath(props['points'], mode), { ...paint, style: 'stroke' });
    const size = number(paint['stroke_width']) || 1;
    const isRound = oneOf(paint['stroke_cap'], ['round']) !== undefined;
    const dots = (Array.isArray(props['points']) ? props['points'] : []).map((item) => {
        const { x, y } = point(item) ?? { x: 0, y: 0 };
        const [left, top] = [x - size / 2, y - size / 2];
        return isRound ? ovalPath(left, top, size, size) : rectPath(left, top, size, size);
    });
    draw(easel, dots.join(''), { ...paint, style: 'fill' });
}

// All but a shape.
function around(path: Path2D): Path2D {
    const all = new Path2D();
    all.rect(-FAR_PX, -FAR_PX, FAR_PX * 2, FAR_PX * 2);
    all.addPath(path);
    return all;
}

// Light from above: a soft shade all round, and a stronger one beneath.
function drawShadow({ ctx, inks, width }: Easel, props: ValueMap): void {
    const elevation = n(props['elevation']);
    if (elevation <= 0) return;
    const path = new Path2D(elementsPath(props['path']));
    const ratio = ctx.getTransform().a;
    const aside = (width + 1000) * ratio;
    // Beneath what lets no light through there is nothing to see of it.
    if (props['transparent_occluder'] !== true) ctx.clip(around(path), 'evenodd');
    ctx.fillStyle = 'black';
    ctx.shadowColor = inks.of(props['color']);
    // The shape itself is drawn out of sight, its shade is not.
    ctx.translate(-aside / ratio, 0);
    ctx.shadowOffsetX = aside;
    for (const [blur, down, alpha] of [
        [elevation * 2, 0, 0.15],
        [elevation * 1.5, elevation * 0.75, 0.3],
    ] as const) {
        ctx.globalAlpha = alpha;
        ctx.shadowBlur = blur * ratio;
        ctx.shadowOffsetY = down * ratio;
        ctx.fill(path);
    }
}

function drawImage(easel: Easel, props: ValueMap, shape: Control): void {
    const picture = easel.picture(shape);
    if (!picture || !setPaint(easel, paintOf(props))) return;
    const [x, y] = [n(props['x']), n(props['y'])];
    const [width, height] = [number(props['width']), number(props['height'])];
    if (width !== undefined && height !== undefined) easel.ctx.drawImage(picture, x, y, width, height);
    else easel.ctx.drawImage(picture, x, y);
}
