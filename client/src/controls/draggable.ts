// What can be picked up, by pointer or by key, and put down on a drag target of its group; see dragging.ts.

import type { Context, Widget } from '../dom/widget.ts';
import { oneOf } from '../core/values.ts';
import { sampleOf } from '../dom/pointer.ts';
import { claim, pressableIn } from '../dom/press.ts';
import { Dragging } from '../dom/dragging.ts';
import { setAttribute } from '../dom/elements.ts';
import { placeContent, wrapperBox } from './wrapper.ts';

const SLOP_PX = { mouse: 3, stylus: 8, touch: 8, unknown: 8 };

export function draggable(context: Context): Widget {
    const root = wrapperBox();
    root.classList.add('t-draggable');
    let isDragging = false;
    const dragging = () => context.surface.of(Dragging);
    const source = {
        root,
        get id() {
            return context.control.id;
        },
        get group() {
            return context.text('group') || 'default';
        },
        get axis() {
            return oneOf(context.get('axis'), ['horizontal', 'vertical']);
        },
        get name() {
            return root.getAttribute('aria-label') || root.innerText.trim() || 'item';
        },
        feedback: () => context.children('content_feedback').map((control) => context.renderer.element(control)),
        began() {
            isDragging = true;
            context.emit('drag_start');
            context.renderer.redraw([context.control]);
        },
        ended(isDropped: boolean) {
            isDragging = false;
            if (isDropped) context.emit('drag_complete', source.group);
            context.renderer.redraw([context.control]);
        },
    };
    const mayBegin = () => !context.isDisabled && context.get('max_simultaneous_drags') !== 0;

    root.addEventListener('pointerdown', (event) => {
        if (event.button !== 0 || !mayBegin() || !claim(event, 'drag')) return;
        const start = sampleOf(event, root);
        const end = new AbortController();
        const { signal } = end;
        const move = (at: PointerEvent) => {
            if (at.pointerId !== event.pointerId) return;
            const [dx, dy] = [Math.abs(at.clientX - start.global.x), Math.abs(at.clientY - start.global.y)];
            const affinity = oneOf(context.get('affinity'), ['horizontal', 'vertical']);
            const away = affinity === 'horizontal' ? dx : affinity === 'vertical' ? dy : Math.hypot(dx, dy);
            if (away <= SLOP_PX[start.kind]) return;
            end.abort();
            dragging().byPointer(source, start, at);
        };
        document.addEventListener('pointermove', move, { signal });
        for (const type of ['pointerup', 'pointercancel'] as const)
            document.addEventListener(type, () => end.abort(), { signal });
    });
    // The browser's own dragging of pictures and links would end ours.
    root.addEventListener('dragstart', (event) => event.preventDefault());
    root.addEventListener('keydown', (event) => {
        if (event.target !== root || ![' ', 'Enter'].includes(event.key) || !mayBegin()) return;
        event.preventDefault();
        if (!event.repeat) dragging().byKeys(source);
    });
    return {
        root,
        looksInside: true,
        update() {
            const replaced = isDragging && context.children('content_when_dragging').length > 0;
            if (replaced) context.place(root, context.children('content_when_dragging'));
            else placeContent(context, root);
            root.classList.toggle('t-dragged', isDragging && !replaced);
            const isReachable = !context.isDisabled && !pressableIn(root);
            setAttribute(root, 'tabindex', isReachable ? '0' : undefined);
            setAttribute(root, 'role', isReachable ? 'button' : undefined);
            setAttribute(root, 'aria-roledescription', isReachable ? 'draggable' : undefined);
            context.rootStyle = {
                cursor: mayBegin() ? 'grab' : undefined,
                'touch-action': source.axis === 'horizontal' ? 'pan-y' : source.axis === 'vertical' ? 'pan-x' : 'none',
            };
        },
        dispose: () => context.surface.of(Dragging).forget(source),
    };
}
