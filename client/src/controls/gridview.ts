import type { Context, Widget } from '../dom/widget.ts';
import { runsOf } from '../core/grid.ts';
import { box, number, oneOf } from '../core/values.ts';
import { el } from '../dom/elements.ts';
import { adopt } from '../dom/sheet.ts';
import { Scrolling } from './scroll.ts';
import css from './gridview.css?text';

export function gridView(context: Context): Widget {
    adopt(css);
    const root = el('div', 't-list t-gridview t-fill');
    const isAcross = () => context.is('horizontal');
    const scrolling = new Scrolling(context, root, isAcross);
    let extent = 0;
    let isAtStart = true;
    const sizes = new ResizeObserver(() => {
        const now = isAcross() ? root.clientHeight : root.clientWidth;
        if (now === extent) return;
        extent = now;
        context.renderer.redraw([context.control]);
    });
    return {
        root,
        update() {
            const controls = context.children();
            const isReversed = context.is('reverse');
            context.place(root, isReversed ? [...controls].reverse() : controls);
            root.classList.toggle('t-gridview-across', isAcross());
            const most = number(context.get('max_extent'));
            if (most) sizes.observe(root);
            else sizes.disconnect();
            const main = number(context.get('spacing')) ?? 10;
            const across = number(context.get('run_spacing')) ?? 10;
            const ratio = number(context.get('child_aspect_ratio')) || 1;
            const runs = most ? runsOf(extent, most, across) : Math.max(1, number(context.get('runs_count')) ?? 1);
            context.rootStyle = {
                '--t-runs': String(runs),
                '--t-cell-ratio': String(isAcross() ? 1 / ratio : ratio),
                gap: isAcross() ? `${across}px ${main}px` : `${main}px ${across}px`,
                padding: box(context.get('padding')),
                [isAcross() ? 'overflow-x' : 'overflow-y']: oneOf(context.get('clip_behavior'), ['none'])
                    ? 'visible'
                    : 'auto',
            };
            scrolling.update();
            // Reversed, it begins at its end.
            if (isReversed && isAtStart)
                requestAnimationFrame(() => root.scrollTo(root.scrollWidth, root.scrollHeight));
            isAtStart = false;
        },
        invoke: (name, args) => scrolling.invoke(name, args),
        dispose: () => sizes.disconnect(),
    };
}
