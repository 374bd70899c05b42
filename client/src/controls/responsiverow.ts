import type { Context, Widget } from '../dom/widget.ts';
import { breakpointName, COLUMNS, sizes } from '../core/breakpoints.ts';
import { crossAxis, mainAxis } from '../core/values.ts';
import { el } from '../dom/elements.ts';
import { Scrolling, scrollStyle } from './scroll.ts';

const GAP_PX = 10;

// How many columns each child takes is in its own style, see style.ts; how wide that is, in layout.css.
export function responsiveRow(context: Context): Widget {
    const root = el('div', 't-grid t-fill');
    const scrolling = new Scrolling(context, root);
    let shown = '';

    function onResize(): void {
        const name = breakpointName(context.get('breakpoints'), innerWidth);
        if (name === shown) return;
        context.renderer.redraw([context.control, ...context.children()]);
    }

    addEventListener('resize', onResize);
    return {
        root,
        update() {
            context.place(root, context.children());
            const own = context.get('breakpoints');
            shown = breakpointName(own, innerWidth);
            context.rootStyle = {
                ...sizes('columns', context.get('columns'), COLUMNS, own, innerWidth),
                ...sizes('gap', context.get('spacing'), GAP_PX, own, innerWidth),
                ...sizes('run-gap', context.get('run_spacing'), GAP_PX, own, innerWidth),
                'align-items': crossAxis(context.get('vertical_alignment')),
                'justify-content': mainAxis(context.get('alignment')),
                ...scrollStyle(context.get('scroll'), 'y'),
            };
            scrolling.update();
        },
        invoke: (name, args) => scrolling.invoke(name, args),
        dispose: () => removeEventListener('resize', onResize),
    };
}
