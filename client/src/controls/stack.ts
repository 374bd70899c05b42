import type { Context, Widget } from '../dom/widget.ts';
import type { Control } from '../core/tree.ts';
import { isOn, flexPlace, oneOf, point } from '../core/values.ts';
import { el } from '../dom/elements.ts';

export function stack(context: Context): Widget {
    const root = el('div', 't-stack');
    return {
        root,
        update() {
            const children = context.children();
            context.place(root, children);
            // With nothing that gives it a size it takes the room there is.
            root.classList.toggle('t-fill', children.length > 0 && children.every(hasPlace));
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

function hasPlace({ props }: Control): boolean {
    return ['left', 'top', 'right', 'bottom'].some((side) => isOn(props[side]));
}
