// Where something that is dragged can be put down.

import type { Context, Widget } from '../dom/widget.ts';
import { Dragging, type Target } from '../dom/dragging.ts';
import type { Point } from '../core/velocity.ts';
import { placeContent, wrapperBox } from './wrapper.ts';

export function dragTarget(context: Context): Widget {
    const root = wrapperBox();
    const data = (src_id: number, at: Point) => {
        const area = root.getBoundingClientRect();
        return { src_id, l: { x: at.x - area.left, y: at.y - area.top }, g: { ...at } };
    };
    const target: Target = {
        root,
        takes: (group) => !context.isDisabled && group === (context.text('group') || 'default'),
        name: () => root.getAttribute('aria-label') || root.innerText.trim() || 'target',
        entered(src_id, accept) {
            context.emit('will_accept', { accept, src_id });
        },
        moved: (src_id, at) => context.emit('move', data(src_id, at)),
        left: (src_id) => context.emit('leave', { src_id }),
        dropped: (src_id, at) => context.emit('accept', data(src_id, at)),
    };
    context.surface.of(Dragging).add(target);
    return {
        root,
        update: () => placeContent(context, root),
        dispose: () => context.surface.of(Dragging).remove(target),
    };
}
