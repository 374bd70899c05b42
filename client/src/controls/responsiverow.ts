import type { Context, Widget } from '../widget.ts';
import { COLUMNS, sizes } from '../breakpoints.ts';
import { crossAxis, mainAxis } from '../values.ts';
import { el } from './dom.ts';

const GAP_PX = 10;

// Children share a grid of columns; how many each takes is in its own style, see style.ts.
export function responsiveRow(context: Context): Widget {
    const root = el('div', 't-grid t-fill');
    return {
        root,
        update() {
            context.place(root, context.children());
            context.rootStyle = {
                ...sizes('columns', context.get('columns'), COLUMNS),
                ...sizes('gap', context.get('spacing'), GAP_PX),
                ...sizes('run-gap', context.get('run_spacing'), GAP_PX),
                'align-items': crossAxis(context.get('vertical_alignment')),
                'justify-content': mainAxis(context.get('alignment')),
            };
        },
    };
}
