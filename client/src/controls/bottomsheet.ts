import type { Context, Widget } from '../dom/widget.ts';
import { elevationShadow, limits, outline } from '../core/looks.ts';
import { isMap } from '../core/tree.ts';
import { color, durationMs, oneOf } from '../core/values.ts';
import { el } from '../dom/elements.ts';
import { adopt } from '../dom/sheet.ts';
import { setStyle } from '../dom/style.ts';
import { Modal } from './modal.ts';
import css from './bottomsheet.css?text';

// Dragged down by more than this share of its height it closes.
const CLOSE_AT = 0.3;

export function bottomSheet(context: Context): Widget {
    adopt(css);
    const modal = new Modal({
        className: 't-sheet',
        isWanted: () => context.is('open'),
        isDismissible: () => context.is('dismissible', true),
        onClosed() {
            if (context.is('open')) context.set({ open: false });
            context.emit('dismiss');
        },
    });
    const { root } = modal;
    const handle = el('button', 't-sheet-handle');
    const content = el('div', 't-sheet-content');
    handle.type = 'button';
    handle.ariaLabel = 'Close';
    root.append(handle, content);
    let begin: number | undefined;

    handle.addEventListener('click', () => context.is('dismissible', true) && modal.close());
    root.addEventListener('pointerdown', (event) => {
        const isHandle = handle.contains(event.target as Node);
        if (!context.is('draggable') || event.button !== 0 || !(isHandle || content.scrollTop === 0)) return;
        if (!isHandle && event.pointerType === 'mouse') return;
        begin = event.clientY;
    });
    root.addEventListener('pointermove', (event) => {
        if (begin === undefined) return;
        const by = Math.max(0, event.clientY - begin);
        if (by > 4 && !root.hasPointerCapture(event.pointerId)) root.setPointerCapture(event.pointerId);
        root.style.translate = `0 ${by}px`;
    });
    const end = (event: PointerEvent, isKept: boolean) => {
        if (begin === undefined) return;
        const by = event.clientY - begin;
        begin = undefined;
        root.style.removeProperty('translate');
        if (isKept && by > root.offsetHeight * CLOSE_AT) modal.close();
    };
    root.addEventListener('pointerup', (event) => end(event, true));
    root.addEventListener('pointercancel', (event) => end(event, false));

    return {
        root,
        update() {
            context.place(content, context.children('content'));
            handle.hidden = !context.is('show_drag_handle');
            root.classList.toggle('t-sheet-scrolls', context.is('scrollable'));
            root.classList.toggle('t-sheet-full', context.is('fullscreen'));
            root.setAttribute('aria-label', context.text('tooltip') || 'Sheet');
            const isSafe = context.is('use_safe_area', true) || context.is('maintain_bottom_view_insets_padding', true);
            setStyle(content, { 'padding-bottom': isSafe ? 'env(safe-area-inset-bottom, 0px)' : undefined });
            context.rootStyle = look(context);
            modal.sync();
        },
        dispose: () => modal.dispose(),
    };
}

function look(context: Context) {
    const style = context.get('animation_style');
    const time = isMap(style) ? durationMs(style['duration']) : undefined;
    return {
        ...limits(context.get('size_constraints')),
        ...outline(context.get('shape')),
        'background-color': color(context.get('bgcolor')),
        'box-shadow': elevationShadow(context.get('elevation')),
        '--t-barrier': color(context.get('barrier_color')),
        'animation-duration': time === undefined ? undefined : `${time}ms`,
        overflow: oneOf(context.get('clip_behavior'), ['none']) && 'visible',
    };
}
