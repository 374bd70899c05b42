// Alerts, sheets from the bottom, and the lines in them that are pressed.

import css from '../styles/cupertinodialogs.css?text';
import { adopt } from '../dom/sheet.ts';
import type { Context, Widget } from '../dom/widget.ts';
import { box, color, durationMs, px, textStyle } from '../core/values.ts';
import { isMap } from '../core/tree.ts';
import { cursor } from '../dom/cursor.ts';
import { el, newName, setAttribute } from '../dom/elements.ts';
import { setStyle } from '../dom/style.ts';
import { bringStyle, q, qButton } from './cupertino.ts';
import { Modal } from './modal.ts';

adopt(css);

const SIDE_BY_SIDE = 2;

export function cupertinoAlertDialog(context: Context): Widget {
    const modal = modalOf(context, 'q q-alert');
    const { root } = modal;
    const body = el('div', 'q-alert-body');
    const title = el('h2', 'q-alert-title');
    const content = el('div');
    const actions = el('div', 'q-alert-actions');
    title.id = newName('alert');
    body.append(title, content);
    root.append(body, actions);
    root.setAttribute('role', 'alertdialog');
    return {
        root,
        update() {
            title.hidden = !context.placeContent(title, 'title');
            content.hidden = !context.placeContent(content, 'content');
            const buttons = context.children('actions');
            context.place(actions, buttons);
            actions.hidden = buttons.length === 0;
            actions.classList.toggle('q-stacked', buttons.length > SIDE_BY_SIDE);
            setAttribute(root, 'aria-labelledby', title.hidden ? undefined : title.id);
            setAttribute(root, 'aria-label', title.hidden ? 'Alert' : undefined);
            const inset = context.get('inset_animation');
            const time = isMap(inset) ? durationMs(inset['duration']) : undefined;
            context.rootStyle = {
                '--q-barrier': color(context.get('barrier_color')),
                '--q-time': time ? `${time}ms` : undefined,
            };
            queueMicrotask(() => modal.sync());
        },
        dispose: () => modal.dispose(),
    };
}

export function cupertinoBottomSheet(context: Context): Widget {
    const modal = modalOf(context, 'q q-sheet');
    const { root } = modal;
    return {
        root,
        update() {
            const content = context.children('content');
            context.place(root, content);
            // An action sheet brings a ground of its own.
            root.classList.toggle('q-plain', content[0]?.type !== 'CupertinoActionSheet');
            root.ariaLabel = context.text('tooltip') || 'Sheet';
            context.rootStyle = {
                '--q-back': color(context.get('bgcolor')),
                height: px(context.get('height')),
                padding: box(context.get('padding')),
            };
            queueMicrotask(() => modal.sync());
        },
        dispose: () => modal.dispose(),
    };
}

export function cupertinoActionSheet(context: Context): Widget {
    const root = q('div', 'q-actionsheet');
    const top = el('div');
    const words = el('div', 'q-actionsheet-words');
    const title = el('h2', 'q-actionsheet-title');
    const message = el('div');
    const bottom = el('div', 'q-actionsheet-cancel');
    words.append(title, message);
    const list = el('div');
    top.append(words, list);
    root.append(top, bottom);
    root.setAttribute('role', 'group');
    title.id = newName('sheet');
    return {
        root,
        update() {
            title.hidden = !context.placeContent(title, 'title');
            message.hidden = !context.placeContent(message, 'message');
            words.hidden = title.hidden && message.hidden;
            context.place(list, context.children('actions'));
            const cancel = context.children('cancel');
            context.place(bottom, cancel);
            bottom.hidden = cancel.length === 0;
            setAttribute(root, 'aria-labelledby', title.hidden ? undefined : title.id);
            setAttribute(root, 'aria-label', title.hidden ? 'Actions' : undefined);
        },
    };
}

function modalOf(context: Context, className: string): Modal {
    bringStyle();
    const modal: Modal = new Modal({
        className,
        isWanted: () => context.is('open'),
        isDismissible: () => !context.is('modal'),
        onClosed() {
            if (context.is('open')) context.set({ open: false });
            context.emit('dismiss');
        },
        onShown: () => focusAction(modal.root),
    });
    return modal;
}

// The default one, else the first: Enter is then an answer. Their code may come a moment later.
function focusAction(root: HTMLDialogElement): void {
    requestAnimationFrame(() => {
        if (document.activeElement !== root) return;
        (root.querySelector<HTMLElement>('.q-default') ?? root.querySelector<HTMLElement>('.q-action'))?.focus();
    });
}

// A line of an alert, a sheet or a menu.
export function cupertinoAction(context: Context): Widget {
    const root = qButton(context, 'q-action');
    const content = el('span');
    root.append(content);
    root.addEventListener('click', () => context.emit('click'));
    return {
        root,
        update() {
            context.placeContent(content, 'content');
            root.disabled = context.isDisabled;
            root.classList.toggle('q-default', context.is('default'));
            root.classList.toggle('q-destructive', context.is('destructive'));
            setStyle(content, textStyle(context.get('text_style')));
            context.rootStyle = { cursor: cursor(context.get('mouse_cursor')) };
        },
    };
}
