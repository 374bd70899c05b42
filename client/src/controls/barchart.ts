import type { Context, Widget } from '../dom/widget.ts';
import { barSummary, label, rangeOf, spread, type Range } from '../core/chart.ts';
import { isMap, listOf, type Control, type Value } from '../core/tree.ts';
import { setStyle } from '../dom/style.ts';
import { color, isOn, number, text } from '../core/values.ts';
import { el } from '../dom/elements.ts';
import { onPointer, type Spot } from './chartevents.ts';
import {
    type Axis,
    axisOf,
    gradientStops,
    node,
    placeTip,
    scale,
    stage,
    strokeOf,
    surround,
    textIn,
    tipText,
} from './chartparts.ts';

const ROD_PX = 8;
const ROD_GAP_PX = 2;

// A rod where it was drawn, for the tooltip.
type Drawn = { rod: Control; group: number; index: number; left: number; right: number; top: number };

export function barChart(context: Context): Widget {
    const { root, svg, tip, schedule, dispose } = stage(context, draw);
    let drawn: Drawn[] = [];
    let pinned: HTMLElement[] = [];
    onPointer(root, showTip);

    function draw(width: number, height: number): void {
        const groups = context.children('groups');
        const rods = groups.map((group) => listOf(group.props['rods']));
        const baseline = number(context.get('baseline_y')) ?? 0;
        const ys = rangeOf(
            rods.flat().flatMap(({ props }) => [number(props['from_y']) ?? baseline, number(props['to_y']) ?? 0]),
            number(context.get('min_y')),
            number(context.get('max_y')),
        );
        const places: Range = { min: 0, max: Math.max(groups.length, 1) };
        const rest = surround(context, places, ys, width, height, groupAxis(context, groups));
        const { frame } = rest;
        const toY = scale(ys, frame.bottom, frame.top);
        const sizes = rods.map((list, i) => widthOf(list, groups[i]!));
        const middles = spread(
            sizes,
            frame.right - frame.left,
            context.text('group_alignment') || context.text('alignment'),
            number(context.get('group_spacing')) ?? 16,
        );
        const toX = (i: number) => frame.left + (middles[Math.round(i)] ?? 0);
        drawn = [];
        const plot = node('g', {});
        groups.forEach((group, g) => {
            const isStacked = group.props['group_vertically'] === true;
            const gap = number(group.props['spacing']) ?? ROD_GAP_PX;
            let x = toX(g) - sizes[g]! / 2;
            rods[g]!.forEach((rod, r) => {
                const size = number(rod.props['width']) ?? ROD_PX;
                const left = isStacked ? toX(g) - size / 2 : x;
                const from = number(rod.props['from_y']) ?? 0;
                const to = number(rod.props['to_y']) ?? 0;
                plot.append(...drawRod(rod, left, size, toY, from, to));
                drawn.push({ rod, group: g, index: r, left, right: left + size, top: Math.min(toY(from), toY(to)) });
                x += size + gap;
            });
        });
        svg.replaceChildren(...rest.behind(toX, toY), plot, ...rest.around(toX, toY));
        showPinned();
        root.ariaLabel =
            context.text('tooltip') ||
            barSummary(
                groups.map((group, i) => ({
                    name: nameOf(context, group, i),
                    values: rods[i]!.map(({ props }) => number(props['to_y']) ?? 0),
                })),
            );
    }

    // Rods that are selected say their value all the time.
    function showPinned(): void {
        for (const one of pinned) one.remove();
        pinned = drawn
            .filter(({ rod }) => rod.props['selected'] === true && rod.props['show_tooltip'] !== false)
            .map(({ rod, left, right, top }) => {
                const one = el('div', 't-chart-tip t-chart-pinned');
                one.textContent = tipText(rod.props['tooltip'], label(number(rod.props['to_y']) ?? 0));
                setStyle(one, { left: `${(left + right) / 2}px`, top: `${Math.max(top - 6, 30)}px` });
                root.append(one);
                return one;
            });
    }

    function showTip(type: string, { x }: Spot, isGone: boolean): void {
        if (!context.is('interactive', true)) return;
        // The room between two rods is shared between them.
        const hit = isGone
            ? undefined
            : drawn.reduce<Drawn | undefined>((best, one) => {
                  const away = (it: Drawn) => Math.max(it.left - x, x - it.right, 0);
                  return !best || away(one) < away(best) ? one : best;
              }, undefined);
        context.emit('event', {
            type,
            group_index: hit?.group ?? null,
            rod_index: hit?.index ?? null,
            stack_item_index: null,
        });
        tip.hidden = !hit || hit.rod.props['show_tooltip'] === false;
        if (!hit || tip.hidden) return;
        tip.textContent = tipText(hit.rod.props['tooltip'], label(number(hit.rod.props['to_y']) ?? 0));
        placeTip(tip, root.getBoundingClientRect(), (hit.left + hit.right) / 2, hit.top - 36);
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

function widthOf(rods: Control[], group: Control): number {
    const sizes = rods.map(({ props }) => number(props['width']) ?? ROD_PX);
    if (group.props['group_vertically'] === true) return Math.max(0, ...sizes);
    const gap = number(group.props['spacing']) ?? ROD_GAP_PX;
    return sizes.reduce((sum, size) => sum + size, 0) + gap * Math.max(sizes.length - 1, 0);
}

function drawRod(
    rod: Control,
    x: number,
    width: number,
    toY: (v: number) => number,
    from: number,
    to: number,
): SVGElement[] {
    const { props } = rod;
    const parts: SVGElement[] = [];
    const backTo = number(props['bg_to_y']);
    const shade = gradientStops(props['background_gradient']);
    const back = shade ? `url(#${shade.name})` : color(props['bgcolor']);
    const radius = roundness(props['border_radius']);
    if (back && backTo !== undefined) {
        if (shade) parts.push(shade.element);
        parts.push(bar(x, width, toY(number(props['bg_from_y']) ?? 0), toY(backTo), back, radius));
    }
    const fill = gradientStops(props['gradient']);
    if (fill) parts.push(fill.element);
    const ink = fill ? `url(#${fill.name})` : (color(props['color']) ?? 'var(--md-sys-color-primary)');
    const main = bar(x, width, toY(from), toY(to), ink, radius, props['border_side']);
    main.setAttribute('data-id', String(rod.id));
    main.setAttribute('data-control', 'BarChartRod');
    parts.push(main);
    for (const { props: item } of listOf(props['stack_items']))
        parts.push(
            bar(
                x,
                width,
                toY(number(item['from_y']) ?? 0),
                toY(number(item['to_y']) ?? 0),
                color(item['color']) ?? ink,
                0,
                item['border_side'],
            ),
        );
    return parts;
}

// Rounded alike at all corners, by the first one.
function roundness(value: Value | undefined): number {
    return number(isMap(value) ? value['top_left'] : value) ?? 0;
}

function bar(
    x: number,
    width: number,
    from: number,
    to: number,
    fill: string,
    radius: number,
    side?: Value,
): SVGElement {
    const height = Math.abs(from - to);
    const element = node('rect', { x, y: Math.min(from, to), width, height, rx: Math.min(radius, height / 2) });
    setStyle(element, { fill, ...strokeOf(side) });
    return element;
}

function nameOf(context: Context, group: Control, i: number): string {
    const value = number(group.props['x']) ?? i;
    const own = listOf(context.child('bottom_axis')?.props['labels']).find(
        ({ props }) => number(props['value']) === value,
    );
    if (!own) return label(value);
    return isOn(own.props['label']) ? text(own.props['label']) || textIn(own.props['label']) : label(value);
}

// A group has one label: the axis' own for its x.
function groupAxis(context: Context, groups: Control[]): Axis {
    const all = axisOf(context, 'bottom_axis', { min: 0, max: 1 }, 1);
    const axis = context.child('bottom_axis');
    const isShown = axis && axis.props['show_labels'] !== false;
    const labels = isShown ? groups.map((group, i) => ({ value: i, text: nameOf(context, group, i) })) : [];
    return all.with(labels);
}
