import type { Context, Widget } from '../dom/widget.ts';
import { label, pieSlices, pieSummary } from '../core/chart.ts';
import { listOf, type Control } from '../core/tree.ts';
import { setStyle } from '../dom/style.ts';
import { color, number, text, textStyle } from '../core/values.ts';
import { el } from '../dom/elements.ts';
import { onPointer, type Spot } from './chartevents.ts';
import { gradientStops, node, stage, strokeOf } from './chartparts.ts';

const TURN = 2 * Math.PI;

export function pieChart(context: Context): Widget {
    const { root, svg, tip, schedule, dispose } = stage(context, draw);
    const badges: HTMLElement[] = [];
    onPointer(root, showTip);

    function draw(width: number, height: number): void {
        const sections = context.children('sections');
        const values = sections.map(({ props }) => Math.max(number(props['value']) ?? 0, 0));
        const start = (number(context.get('start_degree_offset')) ?? 0) / 360;
        const largest = Math.min(width, height) / 2;
        const hole = Math.min(number(context.get('center_space_radius')) ?? largest / 2, largest);
        const gap = number(context.get('sections_space')) ?? 2;
        const slices = pieSlices(values);
        // A section is as wide as it says, as far as there is room.
        const outerOf = (i: number) => Math.min(hole + (number(sections[i]!.props['radius']) ?? 40), largest);
        const parts = slices.flatMap(({ from, to }, i) => {
            if (to <= from) return [];
            const outer = outerOf(i);
            return drawSection(
                sections[i]!,
                i,
                width / 2,
                height / 2,
                hole,
                outer,
                start + from,
                start + to,
                to - from < 1 ? gap : 0,
            );
        });
        const middle = color(context.get('center_space_color'));
        if (middle) {
            const disc = node('circle', { cx: width / 2, cy: height / 2, r: hole });
            setStyle(disc, { fill: middle });
            parts.unshift(disc);
        }
        svg.replaceChildren(...parts);
        showBadges(
            sections.map((section, i) => {
                const turn = (start + (slices[i]!.from + slices[i]!.to) / 2) * TURN;
                const reach = hole + (outerOf(i) - hole) * (number(section.props['badge_position']) ?? 0.5);
                return { x: width / 2 + reach * Math.cos(turn), y: height / 2 + reach * Math.sin(turn) };
            }),
        );
        root.ariaLabel =
            context.text('tooltip') ||
            pieSummary(sections.map(({ props }, i) => ({ name: text(props['title']), value: values[i]! })));
    }

    // Controls that lie on sections.
    function showBadges(places: { x: number; y: number }[]): void {
        const sections = context.children('sections');
        const has = sections.some(({ props }) => listOf(props['badge']).length > 0);
        while (has && badges.length < sections.length) badges.push(root.appendChild(el('div', 't-chart-badge')));
        for (const one of badges.splice(has ? sections.length : 0)) {
            context.place(one, []);
            one.remove();
        }
        for (const [i, host] of badges.entries()) {
            context.place(host, listOf(sections[i]!.props['badge']));
            setStyle(host, { left: `${places[i]!.x}px`, top: `${places[i]!.y}px` });
        }
        // Of a picture nothing within is read.
        root.setAttribute('role', has ? 'group' : 'img');
    }

    function showTip(type: string, { x, y }: Spot, isGone: boolean): void {
        const area = root.getBoundingClientRect();
        const path = isGone ? null : document.elementFromPoint(area.left + x, area.top + y);
        const index = Number(path?.getAttribute('data-section') ?? NaN);
        const section = context.children('sections')[index];
        context.emit('event', { type, section_index: section ? index : -1, local_x: x, local_y: y });
        tip.hidden = !section;
        if (!section) return;
        const title = text(section.props['title']);
        const value = label(number(section.props['value']) ?? 0);
        tip.textContent = title ? `${title}: ${value}` : value;
        setStyle(tip, { left: `${x + 12}px`, top: `${Math.max(0, y - 32)}px` });
    }

    return {
        root,
        update: schedule,
        dispose,
    };
}

function drawSection(
    section: Control,
    index: number,
    cx: number,
    cy: number,
    inner: number,
    outer: number,
    from: number,
    to: number,
    gap: number,
): SVGElement[] {
    const { props } = section;
    const parts: SVGElement[] = [];
    const fill = gradientStops(props['gradient']);
    if (fill) parts.push(fill.element);
    const path = node('path', {
        d: ring(cx, cy, inner, outer, from, to, gap),
        'data-section': index,
        'data-id': section.id,
        'data-control': 'PieChartSection',
        'fill-rule': 'evenodd',
    });
    const solid = color(props['color']) ?? 'var(--md-sys-color-primary)';
    setStyle(path, {
        fill: fill ? `url(#${fill.name})` : solid,
        ...strokeOf(props['border_side']),
    });
    parts.push(path);
    const title = text(props['title']);
    if (title) {
        const at = inner + (outer - inner) * (number(props['title_position']) ?? 0.5);
        const angle = ((from + to) / 2) * TURN;
        const words = node('text', {
            x: cx + at * Math.cos(angle),
            y: cy + at * Math.sin(angle) + 4,
            'text-anchor': 'middle',
            class: 't-chart-section',
        });
        words.textContent = title;
        const style = textStyle(props['title_style']);
        setStyle(words, { ...style, fill: style['color'] ?? (fill ? undefined : readableOn(solid)) });
        parts.push(words);
    }
    return parts;
}

// Black or white, whichever stands out more: both do alike at a luminance of 0.18, which is a lightness of 0.57.
const readableOn = (ground: string): string => `oklch(from ${ground} clamp(0, (0.57 - l) * 1000, 1) 0 0)`;

// A part of a ring; what parts it from its neighbours is the same width everywhere.
function ring(cx: number, cy: number, inner: number, outer: number, from: number, to: number, gap: number): string {
    const at = (radius: number, turn: number) =>
        `${(cx + radius * Math.cos(turn * TURN)).toFixed(2)} ${(cy + radius * Math.sin(turn * TURN)).toFixed(2)}`;
    // An arc cannot end where it begins: a whole ring is two circles of two halves each.
    if (to - from >= 1) {
        const circle = (radius: number) =>
            `M${at(radius, 0)}A${radius} ${radius} 0 1 1 ${at(radius, 0.5)}A${radius} ${radius} 0 1 1 ${at(radius, 0)}Z`;
        return inner > 0 ? circle(outer) + circle(inner) : circle(outer);
    }
    const less = (radius: number) => (radius > 0 ? Math.min(gap / 2 / radius / TURN, (to - from) / 2) : 0);
    const arc = (radius: number, start: number, end: number, sweep: number) =>
        `A${radius} ${radius} 0 ${Math.abs(end - start) > 0.5 ? 1 : 0} ${sweep} ${at(radius, end)}`;
    const [outerFrom, outerTo] = [from + less(outer), to - less(outer)];
    const [innerFrom, innerTo] = [from + less(inner), to - less(inner)];
    const back = inner > 0 ? `L${at(inner, innerTo)}${arc(inner, innerTo, innerFrom, 0)}` : `L${cx} ${cy}`;
    return `M${at(outer, outerFrom)}${arc(outer, outerFrom, outerTo, 1)}${back}Z`;
}
