import type { Context, Widget } from '../dom/widget.ts';
import type { Value, ValueMap } from '../core/tree.ts';
import { number, oneOf, point } from '../core/values.ts';
import { el } from '../dom/elements.ts';
import { Menu } from './menu.ts';

type Button = 'primary' | 'secondary' | 'tertiary';
type Trigger = 'down' | 'longPress';
type At = { x: number; y: number };

const BUTTONS: readonly Button[] = ['primary', 'tertiary', 'secondary'];
const LONG_PRESS_MS = 500;

// Menus at the pointer, one for each of its buttons.
export function contextMenu(context: Context): Widget {
    const root = el('div', 't-box');
    const content = el('div', 't-box');
    let opened: ValueMap = {};
    let timer = 0;
    const menu = new Menu({
        anchor: content,
        label: () => context.text('tooltip') || 'Context menu',
        onChosen(id) {
            const items = [...menu.panel.children].map((item) => Number((item as HTMLElement).dataset['id']));
            context.emit('select', { ...opened, id, idx: items.indexOf(id), ic: items.length });
        },
        onClose(reason) {
            if (reason !== 'done') context.emit('dismiss', { ...opened, ic: menu.panel.childElementCount });
        },
    });
    root.append(content, menu.panel);

    function triggerOf(button: Button | undefined): Trigger | undefined {
        if (!button) return undefined;
        const value = context.get(`${button}_trigger`);
        if (value === undefined && button !== 'primary') return 'down';
        return oneOf(value, ['down', 'longPress'] as const);
    }

    function open(at: At, button: Button | undefined, focus: 'first' | 'menu'): void {
        if (context.isDisabled) return;
        if (menu.isOpen) menu.popup.close('outside');
        const area = root.getBoundingClientRect();
        opened = {
            b: button ?? null,
            tr: triggerOf(button) ?? null,
            g: { x: at.x, y: at.y },
            l: { x: at.x - area.left, y: at.y - area.top },
        };
        // A button without a list of its own has the common one.
        const own = button ? context.children(`${button}_items`) : [];
        const items = own.length ? own : context.children('items');
        if (!items.length) return context.emit('dismiss', { ...opened, ic: 0 });
        context.place(menu.panel, items);
        menu.open('point', focus, new DOMRect(at.x, at.y, 0, 0));
    }

    root.addEventListener('pointerdown', (event) => {
        if (menu.panel.contains(event.target as Node)) return;
        const button = BUTTONS[event.button];
        const trigger = triggerOf(button);
        const at = { x: event.clientX, y: event.clientY };
        clearTimeout(timer);
        // The secondary button is told by the browser's own event, which fingers and the keyboard have, too.
        if (trigger === 'longPress') timer = window.setTimeout(() => open(at, button, 'menu'), LONG_PRESS_MS);
        else if (trigger === 'down' && button !== 'secondary') requestAnimationFrame(() => open(at, button, 'menu'));
    });
    for (const type of ['pointerup', 'pointercancel', 'pointerleave'])
        root.addEventListener(type, () => clearTimeout(timer));
    root.addEventListener('contextmenu', (event) => {
        if (menu.panel.contains(event.target as Node)) return event.preventDefault();
        const trigger = triggerOf('secondary');
        if (!trigger) return;
        event.preventDefault();
        event.stopPropagation();
        if (trigger === 'longPress') return;
        const isKeyboard = event.button !== 2 && event.clientX === 0 && event.clientY === 0;
        const area = (event.target as Element).getBoundingClientRect();
        const at = isKeyboard ? { x: area.left, y: area.bottom } : { x: event.clientX, y: event.clientY };
        open(at, 'secondary', event.button === 2 ? 'menu' : 'first');
    });

    return {
        root,
        looksInside: true,
        update() {
            context.place(content, context.children('content'));
            if (!menu.isOpen) return;
            const own = context.children(`${String(opened['b'])}_items`);
            context.place(menu.panel, own.length ? own : context.children('items'));
            menu.changed();
        },
        invoke(name, args): Value | undefined {
            if (name !== 'open') return undefined;
            const area = root.getBoundingClientRect();
            const local = point(args['local_position']) ?? { x: area.width / 2, y: area.height / 2 };
            const global = point(args['global_position']) ?? { x: area.left + local.x, y: area.top + local.y };
            open({ x: number(global.x)!, y: number(global.y)! }, undefined, 'menu');
            return null;
        },
        dispose() {
            clearTimeout(timer);
            menu.popup.close('outside');
        },
    };
}
