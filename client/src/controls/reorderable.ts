// ReorderableListView and ReorderableDragHandle: lines that are dragged, or moved with arrow keys from their handle.

import type { Context, Widget } from '../dom/widget.ts';
import type { Control } from '../core/tree.ts';
import { box, number, oneOf, px } from '../core/values.ts';
import { cursor } from '../dom/cursor.ts';
import { el, setAttribute } from '../dom/elements.ts';
import { glyph } from '../dom/icons.ts';
import { adopt } from '../dom/sheet.ts';
import { setStyle } from '../dom/style.ts';
import { Scrolling } from './scroll.ts';
import { Drag } from './reorderdrag.ts';
import css from './reorderable.css?text';

const SPOKEN = 'Drag to move, or press the arrow keys';

export function reorderableListView(context: Context): Widget {
    adopt(css);
    const root = el('div', 't-list t-reorder t-fill');
    const header = el('div');
    const footer = el('div');
    const isAcross = () => context.is('horizontal');
    const scrolling = new Scrolling(context, root, isAcross);
    const rows = new Map<number, HTMLElement>();
    // What a person has put in another order is shown so until the server says what the order is.
    let order: Control[] = [];
    let base = '';

    function move(from: number, to: number): void {
        const next = [...order];
        next.splice(to, 0, ...next.splice(from, 1));
        order = next;
        arrange();
        context.surface.announcer.textContent = `Moved to ${to + 1} of ${order.length}`;
        if (from !== to) context.emit('reorder', { old_index: from, new_index: to });
    }

    const drag = new Drag(root, {
        rows: () => order.map((control) => rows.get(control.id)!),
        isAcross,
        isAllowed: () => !context.isDisabled,
        onStart: (from) => context.emit('reorder_start', { old_index: from }),
        // The end is told as the place before which the line goes, as Flutter does.
        onEnd: (from, to) => {
            context.emit('reorder_end', { new_index: to > from ? to + 1 : to });
            move(from, to);
        },
        speed: () => number(context.get('auto_scroller_velocity_scalar')) ?? 50,
    });

    root.addEventListener('keydown', (event) => {
        const handle = (event.target as Element).closest('.t-handle');
        if (!handle || handle !== event.target || context.isDisabled) return;
        const from = order.findIndex((control) => rows.get(control.id)?.contains(handle));
        const keys = isAcross() ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
        const step = [-1, 1][keys.indexOf(event.key)];
        const to = from + (step ?? 0);
        if (step === undefined || from < 0 || to < 0 || to >= order.length) return;
        event.preventDefault();
        context.emit('reorder_start', { old_index: from });
        context.emit('reorder_end', { new_index: to > from ? to + 1 : to });
        move(from, to);
        (handle as HTMLElement).focus();
    });

    function rowOf(control: Control): HTMLElement {
        let row = rows.get(control.id);
        if (!row) rows.set(control.id, (row = el('div', 't-reorder-row')));
        context.place(row, [control]);
        const isWanted = context.is('show_default_drag_handles', true);
        let handle = row.querySelector<HTMLElement>(':scope > .t-handle-own');
        if (isWanted && !handle) row.append((handle = ownHandle()));
        if (!isWanted) handle?.remove();
        if (handle) {
            setAttribute(handle, 'tabindex', context.isDisabled ? undefined : '0');
            setAttribute(handle, 'aria-disabled', context.isDisabled ? 'true' : undefined);
            setStyle(handle, { cursor: cursor(context.get('mouse_cursor')) });
        }
        setStyle(row, { [isAcross() ? 'width' : 'height']: px(context.get('item_extent')) });
        return row;
    }

    function arrange(): void {
        const shown = context.is('reverse') ? [...order].reverse() : order;
        const wanted = [header, ...shown.map(rowOf), footer];
        wanted.forEach((element, at) => {
            if (root.children[at] !== element) root.insertBefore(element, root.children[at] ?? null);
        });
        for (const [id, row] of rows)
            if (!order.some((control) => control.id === id)) {
                context.place(row, []);
                row.remove();
                rows.delete(id);
            }
    }

    return {
        root,
        update() {
            const controls = context.children();
            const said = controls.map(({ id }) => id).join();
            if (said !== base) order = controls;
            base = said;
            context.place(header, context.children('header'));
            context.place(footer, context.children('footer'));
            arrange();
            root.classList.toggle('t-reorder-across', isAcross());
            root.classList.toggle('t-list-divided', Boolean(number(context.get('divider_thickness'))));
            context.rootStyle = {
                'flex-direction': isAcross() ? 'row' : 'column',
                gap: `${number(context.get('spacing')) ?? 0}px`,
                padding: box(context.get('padding')),
                // Where in the room the first line begins.
                '--t-anchor': anchor(context),
                [isAcross() ? 'overflow-x' : 'overflow-y']: oneOf(context.get('clip_behavior'), ['none'])
                    ? 'visible'
                    : 'auto',
            };
            scrolling.update();
        },
        invoke: (name, args) => scrolling.invoke(name, args),
        dispose: () => drag.end(false),
    };
}

function anchor(context: Context): string | undefined {
    const share = number(context.get('anchor'));
    return share ? `${Math.min(Math.max(share, 0), 1) * 100}%` : undefined;
}

function ownHandle(): HTMLElement {
    const handle = el('div', 't-handle t-handle-own t-state');
    handle.setAttribute('role', 'button');
    handle.setAttribute('aria-label', SPOKEN);
    handle.append(glyph(__ICON_DRAG_HANDLE__));
    return handle;
}

export function dragHandle(context: Context): Widget {
    adopt(css);
    const root = el('div', 't-handle');
    root.setAttribute('role', 'button');
    return {
        root,
        update() {
            context.place(root, context.children('content'));
            setAttribute(root, 'tabindex', context.isDisabled ? undefined : '0');
            setAttribute(root, 'aria-label', context.text('tooltip') || SPOKEN);
            context.rootStyle = { cursor: cursor(context.get('mouse_cursor')) };
        },
    };
}
