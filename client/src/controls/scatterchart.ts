import type { Context, Widget } from '../dom/widget.ts';
import { label, rangeOf, type Point } from '../core/chart.ts';
import { nearest, scatterSummary } from '../core/radar.ts';
import { isMap, type Control, type Value, type ValueMap } from '../core/tree.ts';
import { setStyle } from '../dom/style.ts';
import { color, durationMs, number, text, textStyle } from '../core/values.ts';
import { onPointer, type Spot } from './chartevents.ts';
import { clipShape, node, placeTip, scale, stage, surround, tipText, type Scale } from './chartparts.ts';
import { newName } from '../dom/elements.ts';

const RADIUS_PX = 6;
const TOUCH_PX = 24;
const CAP_PX = 8;

export function scatterChart(context: Context): Widget {
    const { root, svg, tip, schedule, turned, straight, dispose } = stage(context, draw);
    const clip = newName('plot');
    let spots: Control[] = [];
    let screen: Point[] = [];
    onPointer(root, point, () => durationMs(context.get('long_press_duration')));

    function draw(width: number, height: number): void {
        spots = context.children('spots').filter(({ props }) => props['visible'] !== false);
        const data = spots.map(({ props }) => ({ x: number(props['x']) ?? 0, y: number(props['y']) ?? 0 }));
        const range = (axis: 'x' | 'y') =>
            rangeOf(
                data.map((one) => one[axis]),
                number(context.get(`min_${axis}`)),
                number(context.get(`max_${axis}`)),
            );
        const [xs, ys] = [range('x'), range('y')];
        const rest = surround(context, xs, ys, width, height);
        const [toX, toY] = [scale(xs, rest.frame.left, rest.frame.right), scale(ys, rest.frame.bottom, rest.frame.top)];
        screen = data.map(({ x, y }) => ({ x: toX(x), y: toY(y) }));
        const plot = node('g', { 'clip-path': `url(#${clip})` });
        const order = spots.map((_, i) => i).sort((a, b) => priority(spots[a]!) - priority(spots[b]!));
        plot.append(
            ...order.flatMap((i) => [...drawErrors(spots[i]!, data[i]!, toX, toY), ...drawSpot(spots[i]!, screen[i]!)]),
        );
        svg.replaceChildren(clipShape(clip, rest.frame), ...rest.behind(toX, toY), plot, ...rest.around(toX, toY));
        root.ariaLabel = context.text('tooltip') || scatterSummary(data);
    }

    function point(type: string, seen: Spot, isGone: boolean): void {
        if (!context.is('interactive', true)) return;
        const at = straight(seen);
        const index = isGone ? -1 : nearest(screen, at, TOUCH_PX);
        context.emit('event', { type, spot_index: index });
        const spot = spots[index];
        const isSelectedOnly = context.is('show_tooltips_for_selected_spots_only');
        const isShown = spot && spot.props['show_tooltip'] !== false && (!isSelectedOnly || spot.props['selected']);
        tip.hidden = !isShown;
        if (!isShown) return;
        const { props } = spot;
        tip.textContent = tipText(props['tooltip'], label(number(props['y']) ?? 0));
        const place = turned(screen[index]!);
        placeTip(tip, root.getBoundingClientRect(), place.x, place.y - 40);
    }

    return {
        root,
        update() {
            context.rootStyle = { 'background-color': color(context.get('bgcolor')) };
            schedule();
        },
        dispose,
    };
}

function priority({ props }: Control): number {
    return number(props['render_priority']) ?? 0;
}

// How far it may be off: a number both ways, or how much lower and higher.
function errorOf(value: Value | undefined): [number, number] {
    const both = number(value);
    if (both !== undefined) return [both, both];
    if (Array.isArray(value)) return [number(value[0]) ?? 0, number(value[1]) ?? 0];
    return isMap(value) ? [number(value['lower_by']) ?? 0, number(value['upper_by']) ?? 0] : [0, 0];
}

function drawErrors({ props }: Control, { x, y }: Point, toX: Scale, toY: Scale): SVGElement[] {
    const lines: string[] = [];
    const [left, right] = errorOf(props['x_error']);
    const [down, up] = errorOf(props['y_error']);
    const cap = CAP_PX / 2;
    if (left || right) {
        const [a, b, at] = [toX(x - left), toX(x + right), toY(y)];
        lines.push(`M${a} ${at}L${b} ${at}M${a} ${at - cap}v${CAP_PX}M${b} ${at - cap}v${CAP_PX}`);
    }
    if (down || up) {
        const [a, b, at] = [toY(y - down), toY(y + up), toX(x)];
        lines.push(`M${at} ${a}L${at} ${b}M${at - cap} ${a}h${CAP_PX}M${at - cap} ${b}h${CAP_PX}`);
    }
    if (!lines.length) return [];
    const mark = node('path', { d: lines.join(''), fill: 'none', 'stroke-width': 1 });
    setStyle(mark, { stroke: 'var(--md-sys-color-on-surface-variant)' });
    return [mark];
}

function drawSpot({ props, id }: Control, { x, y }: Point): SVGElement[] {
    const shape: ValueMap = isMap(props['point']) ? props['point'] : {};
    const r = number(props['radius']) ?? number(shape['radius']) ?? RADIUS_PX;
    const mark = shapeOf(shape, x, y, r);
    const ink = color(props['color']) ?? color(shape['color']) ?? 'var(--md-sys-color-primary)';
    const isCross = shape['_type'] === 'ChartCrossPoint';
    mark.setAttribute('data-id', String(id));
    setStyle(mark, {
        fill: isCross ? 'none' : ink,
        stroke: isCross ? ink : color(shape['stroke_color']),
        'stroke-width': (number(isCross ? shape['width'] : shape['stroke_width']) ?? (isCross ? 2 : 0)).toString(),
    });
    const words = text(props['label_text']);
    if (!words) return [mark];
    const label = node('text', { x, y: y + r + 14, 'text-anchor': 'middle' });
    label.textContent = words;
    const { color: fill, ...style } = textStyle(props['label_text_style']);
    setStyle(label, { ...style, fill });
    return [mark, label];
}

function shapeOf(shape: ValueMap, x: number, y: number, r: number): SVGElement {
    const half = (number(shape['size']) ?? 2 * r) / 2;
    if (shape['_type'] === 'ChartSquarePoint')
        return node('rect', { x: x - half, y: y - half, width: 2 * half, height: 2 * half });
    if (shape['_type'] !== 'ChartCrossPoint') return node('circle', { cx: x, cy: y, r });
    return node('path', {
        d: `M${x - half} ${y - half}L${x + half} ${y + half}M${x - half} ${y + half}L${x + half} ${y - half}`,
    });
}
