// A menu behind a long press; by mouse the other button, by keys the menu key, Enter or Space.

import css from '../styles/cupertinodialogs.css?text';
import { adopt } from '../dom/sheet.ts';
import type { Context, Widget } from '../dom/widget.ts';
import { el, newName, setAttribute } from '../dom/elements.ts';
import { IconPart } from '../dom/icons.ts';
import { isTaken, pressableIn } from '../dom/press.ts';
import { q, qButton } from './cupertino.ts';
import { placeContent, wrapperBox } from './wrapper.ts';

adopt(css);

const LONG_PRESS_MS = 450;
const MOVED_PX = 10;
const EDGE_PX = 8;

export function cupertinoContextMenu(context: Context): Widget {
    const root = wrapperBox();
    root.classList.add('q-menu-host');
    const menu = q('dialog', 'q-menu');
    menu.id = newName('menu');
    menu.setAttribute('role', 'menu');
    menu.ariaLabel = 'Menu';
    let timer = 0;
    let start = { x: 0, y: 0 };
    const open = () => {
        if (context.isDisabled || menu.open || !context.children('actions').length) return;
        if (context.is('enable_haptic_feedback', true)) navigator.vibrate?.(10);
        if (!menu.isConnected) context.surface.root.append(menu);
        menu.showModal();
        put(menu, root);
        root.classList.add('q-lifted');
        setAttribute(root, 'aria-expanded', 'true');
    };
    menu.addEventListener('close', () => {
        root.classList.remove('q-lifted');
        setAttribute(root, 'aria-expanded', 'false');
    });
    menu.addEventListener('click', (event) => {
        const isLine = event.target !== menu;
        if (isLine || isOutside(menu, event)) menu.close();
    });
    menu.addEventListener('keydown', (event) => walk(menu, event));
    root.addEventListener('pointerdown', (event) => {
        if (event.button !== 0 || isTaken(event, root)) return;
        start = { x: event.clientX, y: event.clientY };
        timer = window.setTimeout(open, LONG_PRESS_MS);
    });
    root.addEventListener('pointermove', (event) => {
        if (Math.hypot(event.clientX - start.x, event.clientY - start.y) > MOVED_PX) clearTimeout(timer);
    });
    for (const type of ['pointerup', 'pointerleave', 'pointercancel'])
        root.addEventListener(type, () => clearTimeout(timer));
    root.addEventListener('contextmenu', (event) => {
        event.preventDefault();
        open();
    });
    root.addEventListener('keydown', (event) => {
        if (event.target !== root || !['Enter', ' '].includes(event.key)) return;
        event.preventDefault();
        open();
    });
    return {
        root,
        looksInside: true,
        update() {
            placeContent(context, root);
            context.place(menu, context.children('actions'));
            const isReachable = !pressableIn(root) && !context.isDisabled;
            setAttribute(root, 'tabindex', isReachable ? '0' : undefined);
            setAttribute(root, 'role', isReachable ? 'button' : undefined);
            setAttribute(root, 'aria-haspopup', isReachable ? 'menu' : undefined);
            const isNamed = root.innerText.trim() !== '' || !isReachable;
            setAttribute(root, 'aria-label', isNamed ? undefined : context.text('tooltip') || 'More actions');
        },
        dispose() {
            clearTimeout(timer);
            menu.remove();
        },
    };
}

export function cupertinoContextMenuAction(context: Context): Widget {
    const root = qButton(context, 'q-action');
    const content = el('span');
    const icon = new IconPart(root);
    root.append(content);
    root.setAttribute('role', 'menuitem');
    root.addEventListener('click', () => context.emit('click'));
    return {
        root,
        update() {
            context.placeContent(content, 'content');
            icon.show(context.get('trailing_icon'));
            root.append(...root.querySelectorAll(':scope > .t-glyph'));
            root.disabled = context.isDisabled;
            root.classList.toggle('q-default', context.is('default'));
            root.classList.toggle('q-destructive', context.is('destructive'));
        },
    };
}

// Under what it belongs to, or over it where there is more room, and within the window.
function put(menu: HTMLElement, host: HTMLElement): void {
    const at = host.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = menu;
    const isBelow = at.bottom + EDGE_PX + height <= innerHeight - EDGE_PX || at.top < innerHeight - at.bottom;
    const top = isBelow ? at.bottom + EDGE_PX : at.top - EDGE_PX - height;
    const isRtl = getComputedStyle(host).direction === 'rtl';
    const left = isRtl ? at.right - width : at.left;
    const within = (value: number, most: number) =>
        Math.min(Math.max(value, EDGE_PX), Math.max(most - EDGE_PX, EDGE_PX));
    menu.style.top = `${within(top, innerHeight - height)}px`;
    menu.style.left = `${within(left, innerWidth - width)}px`;
}

function walk(menu: HTMLElement, event: KeyboardEvent): void {
    const lines = [...menu.querySelectorAll<HTMLElement>('.q-action:not(:disabled)')];
    const at = lines.indexOf(document.activeElement as HTMLElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined || !lines.length) return;
    event.preventDefault();
    lines[(at + step + lines.length) % lines.length]!.focus();
}

function isOutside(root: Element, { clientX: x, clientY: y }: MouseEvent): boolean {
    const area = root.getBoundingClientRect();
    return x < area.left || x > area.right || y < area.top || y > area.bottom;
}
