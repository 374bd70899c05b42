import type { Context, Widget } from '../dom/widget.ts';
import { color, number } from '../core/values.ts';
import { setAttribute } from '../dom/elements.ts';
import { q } from './cupertino.ts';

const SVG = 'http://www.w3.org/2000/svg';
const SPOKES = 8;

// Spokes of a wheel, the last the palest.
export function cupertinoActivityIndicator(context: Context): Widget {
    const root = q('div', 'q-activity');
    const svg = document.createElementNS(SVG, 'svg');
    const lines = Array.from({ length: SPOKES }, (_, i) => {
        const line = document.createElementNS(SVG, 'line');
        const places = { x1: 0, x2: 0, y1: -9.4, y2: -5.2, 'stroke-width': 2.4, transform: `rotate(${i * 45})` };
        for (const [name, value] of Object.entries(places)) line.setAttribute(name, String(value));
        return line;
    });
    svg.setAttribute('viewBox', '-11 -11 22 22');
    svg.setAttribute('aria-hidden', 'true');
    svg.append(...lines);
    root.append(svg);
    root.setAttribute('role', 'progressbar');
    return {
        root,
        update() {
            const size = 2 * (number(context.get('radius')) ?? 10);
            const progress = number(context.get('progress'));
            const shown = progress === undefined ? SPOKES : Math.round(Math.min(Math.max(progress, 0), 1) * SPOKES);
            svg.setAttribute('width', String(size));
            svg.setAttribute('height', String(size));
            lines.forEach((line, i) => {
                const share = progress === undefined ? 0.25 + (0.75 * (i + 1)) / SPOKES : i < shown ? 1 : 0;
                line.setAttribute('stroke-opacity', String(share));
            });
            root.classList.toggle('q-turning', context.is('animating', true) && progress === undefined);
            root.ariaLabel = context.text('tooltip') || 'Busy';
            setAttribute(
                root,
                'aria-valuenow',
                progress === undefined ? undefined : String(Math.round(progress * 100)),
            );
            context.rootStyle = { color: color(context.get('color')), width: `${size}px`, height: `${size}px` };
        },
    };
}
