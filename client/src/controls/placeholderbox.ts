import type { Context, Widget } from '../dom/widget.ts';
import { color, number, px } from '../core/values.ts';
import { el, setAttribute } from '../dom/elements.ts';
import { setStyle } from '../dom/style.ts';

const SVG = 'http://www.w3.org/2000/svg';

// A crossed box where something is to come.
export function placeholderBox(context: Context): Widget {
    const root = el('div', 't-box');
    const svg = document.createElementNS(SVG, 'svg');
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', 'M0 0H100V100H0ZM0 0 100 100M100 0 0 100');
    path.setAttribute('vector-effect', 'non-scaling-stroke');
    path.setAttribute('fill', 'none');
    svg.setAttribute('viewBox', '0 0 100 100');
    svg.setAttribute('preserveAspectRatio', 'none');
    svg.setAttribute('aria-hidden', 'true');
    svg.append(path);
    root.append(svg);
    setStyle(svg, { position: 'absolute', inset: '0', width: '100%', height: '100%', 'pointer-events': 'none' });
    return {
        root,
        update() {
            const content = context.children('content');
            context.place(root, content);
            setAttribute(path, 'stroke-width', String(number(context.get('stroke_width')) ?? 2));
            setStyle(path, { stroke: color(context.get('color')) ?? color('bluegrey700') });
            context.rootStyle = {
                position: 'relative',
                overflow: 'hidden',
                'min-height': content.length ? undefined : '24px',
                width: px(context.get('width')) ?? px(context.get('fallback_width')) ?? '400px',
                height: px(context.get('height')) ?? px(context.get('fallback_height')) ?? '400px',
                'max-width': '100%',
            };
        },
    };
}
