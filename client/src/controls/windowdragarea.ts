// Moves the window of a desktop app. A browser's window moves itself: here it only says what was done on it.

import type { Context, Widget } from '../dom/widget.ts';
import { Gestures, type Gesture } from '../core/gesture.ts';
import { sampleOf } from '../dom/pointer.ts';
import { isTaken } from '../dom/press.ts';
import { placeContent, wrapperBox } from './wrapper.ts';

const DRAG: ReadonlySet<Gesture> = new Set<Gesture>(['pan']);

export function windowDragArea(context: Context): Widget {
    const root = wrapperBox();
    let isMaximized = false;
    const drags = new Gestures({
        handles: (event) => event.startsWith('pan_'),
        emit: (event, data) => {
            if (event === 'pan_start' || event === 'pan_end') context.emit(event.replace('pan', 'drag'), data);
        },
        interval: () => 0,
        after: () => () => undefined,
    });
    root.addEventListener('pointerdown', (event) => {
        if (event.button !== 0 || context.isDisabled || isTaken(event, root)) return;
        const end = new AbortController();
        const { signal } = end;
        const finish = (act: () => void) => {
            end.abort();
            act();
        };
        drags.down(sampleOf(event, root), DRAG);
        document.addEventListener('pointermove', (at) => drags.move(sampleOf(at, root, 0)), { signal });
        document.addEventListener('pointerup', (at) => finish(() => drags.up(sampleOf(at, root, 0))), { signal });
        document.addEventListener('pointercancel', (at) => finish(() => drags.cancel(at.pointerId)), { signal });
    });
    root.addEventListener('dblclick', (event) => {
        if (context.isDisabled || !context.is('maximizable', true) || isTaken(event, root)) return;
        isMaximized = !isMaximized;
        context.emit('double_tap', isMaximized ? 'maximize' : 'unmaximize');
    });
    return { root, update: () => placeContent(context, root), dispose: () => drags.dispose() };
}
