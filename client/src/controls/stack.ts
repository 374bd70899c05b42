import type { Context, Widget } from '../widget.ts';
import { flexPlace, oneOf, point } from '../values.ts';
import { el } from './dom.ts';

export function stack(context: Context): Widget {
    const root = el('div', 't-stack');
    return {
        root,
        update() {
            context.place(root, context.children());
            const align = point(context.get('alignment'));
            const isFilled = oneOf(context.get('fit'), ['expand']);
            context.rootStyle = {
                'justify-items': isFilled ? 'stretch' : align && flexPlace(align.x),
                'align-items': isFilled ? 'stretch' : align && flexPlace(align.y),
                overflow: oneOf(context.get('clip_behavior'), ['none']) ? 'visible' : undefined,
            };
        },
    };
}
