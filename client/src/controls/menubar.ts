// MenuBar, SubmenuButton and MenuItemButton.

import type { Context, Widget } from '../dom/widget.ts';
import { buttonLook, menuLook } from '../core/looks.ts';
import { isMap, type Control, type ValueMap } from '../core/tree.ts';
import { given, oneOf, point } from '../core/values.ts';
import { el, focusSoon, listen, setAttribute } from '../dom/elements.ts';
import { glyph } from '../dom/icons.ts';
import { isTaken } from '../dom/press.ts';
import { moveAmong } from '../dom/roving.ts';
import { adopt } from '../dom/sheet.ts';
import { setStyle } from '../dom/style.ts';
import { styleOf, watchStates } from './button.ts';
import { itemsOf, Menu, sayChosen } from './menu.ts';
import css from './menu.css?text';

const HOVER_MS = 120;

export function menuBar(context: Context): Widget {
    adopt(css);
    const root = el('div', 't-menubar');
    root.setAttribute('role', 'menubar');
    root.addEventListener('keydown', (event) => {
        if (event.defaultPrevented) return;
        const items = itemsOf(root);
        const from = items.find((one) => one.parentElement?.contains(event.target as Node));
        const wasOpen = from?.ariaExpanded === 'true';
        const to = moveAmong(items, { ...keyOf(event), target: from ?? event.target } as KeyboardEvent, 'x');
        if (!to) return;
        event.preventDefault();
        if (wasOpen && to.ariaHasPopup) to.click();
    });
    // The bar is one stop for the keyboard.
    root.addEventListener('focusin', ({ target }) => {
        for (const item of itemsOf(root)) item.tabIndex = item === target ? 0 : -1;
    });
    return {
        root,
        update() {
            context.place(root, context.children());
            const items = itemsOf(root);
            if (!items.some((item) => item.tabIndex === 0)) items[0]?.setAttribute('tabindex', '0');
            setAttribute(root, 'aria-label', context.text('tooltip') || 'Menu');
            context.rootStyle = menuLook(context.get('style') as ValueMap);
            if (oneOf(context.get('clip_behavior'), ['hardEdge', 'antiAlias']))
                context.rootStyle['overflow'] = 'hidden';
        },
    };
}

// What moveAmong reads of a key, as the event's own target may lie in a menu that is open.
function keyOf({ key, altKey, ctrlKey, metaKey }: KeyboardEvent): object {
    return { key, altKey, ctrlKey, metaKey, preventDefault: () => undefined };
}

const isInMenu = (control: Control) => ['MenuBar', 'SubmenuButton'].includes(control.parent?.type ?? '');

// Icon, text and icon of an item, and its looks.
class Face {
    readonly lead = el('span', 't-menu-lead');
    readonly label = el('span', 't-menu-text');
    readonly trail = el('span', 't-menu-trail');
    private readonly active: Set<string>;

    constructor(
        private readonly context: Context,
        readonly item: HTMLElement,
    ) {
        item.append(this.lead, this.label, this.trail);
        const isStyled = () => Object.values(styleOf(context)).some(isMap);
        this.active = watchStates(item, () => isStyled() && context.renderer.redraw([context.control]));
        listen(context, item);
        item.addEventListener('keydown', (event) => {
            if (event.target !== item || !['Enter', ' '].includes(event.key)) return;
            event.preventDefault();
            item.click();
        });
    }

    update(role: string): void {
        const { context, item, lead, label, trail } = this;
        context.placeContent(label, 'content');
        context.place(lead, context.children('leading'));
        context.place(trail, context.children('trailing').concat(context.children('trailing_icon')));
        lead.hidden = !lead.childElementCount;
        trail.hidden = !trail.childElementCount;
        setAttribute(item, 'role', role);
        setAttribute(item, 'aria-disabled', context.isDisabled ? 'true' : undefined);
        const isInBar = context.control.parent?.type === 'MenuBar';
        if (role === 'button') item.tabIndex = 0;
        else if (!isInBar || !item.hasAttribute('tabindex')) item.tabIndex = -1;
        const states = context.isDisabled ? ['disabled'] : [...this.active];
        setStyle(item, {
            ...given(buttonLook(styleOf(context), states)),
            overflow: oneOf(context.get('clip_behavior'), ['hardEdge', 'antiAlias']) && 'hidden',
        });
    }
}

export function menuItemButton(context: Context): Widget {
    adopt(css);
    const root = el('div', 't-menu-item t-state');
    const face = new Face(context, root);
    let isNew = true;
    root.addEventListener('click', (event) => {
        if (context.isDisabled || isTaken(event, root)) return;
        context.emit('click');
        if (context.is('close_on_click', true)) sayChosen(root, context.control.id);
    });
    return {
        root,
        update() {
            face.update(isInMenu(context.control) ? 'menuitem' : 'button');
            root.classList.toggle('t-menu-alone', !isInMenu(context.control));
            setAttribute(root, 'data-hover', context.is('focus_on_hover', true) ? undefined : 'off');
            const name = context.text('semantic_label') || context.text('semantics_label');
            setAttribute(root, 'aria-label', name || undefined);
            setStyle(face.label, { 'white-space': oneOf(context.get('overflow_axis'), ['vertical']) && 'normal' });
            if (isNew && context.is('autofocus')) focusSoon(root);
            isNew = false;
        },
    };
}

export function submenuButton(context: Context): Widget {
    adopt(css);
    const root = el('div', 't-submenu');
    const item = el('div', 't-menu-item t-state');
    const face = new Face(context, item);
    const arrow = el('span', 't-menu-arrow t-menu-trail');
    let timer = 0;
    let isOver = false;
    item.ariaHasPopup = 'menu';
    const menu = new Menu({
        anchor: item,
        label: () => face.label.textContent?.trim() || 'Menu',
        onClose() {
            item.ariaExpanded = 'false';
            context.emit('close');
        },
    });
    item.append(arrow);
    arrow.append(glyph(__ICON_CHEVRON_RIGHT__));
    root.append(item, menu.panel);
    const isNested = () => context.control.parent?.type === 'SubmenuButton';

    function open(focus: 'first' | 'menu'): void {
        clearTimeout(timer);
        if (context.isDisabled || menu.isOpen) return;
        const offset = point(context.get('alignment_offset')) ?? { x: 0, y: 0 };
        const area = item.getBoundingClientRect();
        const at = new DOMRect(area.x + offset.x, area.y + offset.y, area.width, area.height);
        menu.open(isNested() ? 'beside' : 'below', focus, at);
        item.ariaExpanded = 'true';
        context.emit('open');
    }
    item.addEventListener('click', (event) => {
        if (isTaken(event, item)) return;
        if (menu.isOpen) menu.popup.close('outside');
        else open('menu');
    });
    item.addEventListener(
        'keydown',
        (event) => {
            const isRtl = getComputedStyle(item).direction === 'rtl';
            const into = isNested() ? (isRtl ? 'ArrowLeft' : 'ArrowRight') : 'ArrowDown';
            if (![into, 'Enter', ' '].includes(event.key) || event.target !== item) return;
            event.preventDefault();
            event.stopImmediatePropagation();
            open('first');
        },
        true,
    );
    menu.panel.addEventListener('keydown', (event) => {
        const isRtl = getComputedStyle(item).direction === 'rtl';
        if (!isNested() || event.defaultPrevented || event.key !== (isRtl ? 'ArrowRight' : 'ArrowLeft')) return;
        event.preventDefault();
        menu.popup.close('escape');
    });
    // In a menu, and in a bar one of whose menus is open, the pointer that moves onto it opens it.
    root.addEventListener('pointermove', ({ pointerType }) => {
        if (pointerType === 'touch' || isOver) return;
        isOver = true;
        const others = root.parentElement?.querySelectorAll(':scope > .t-submenu > [aria-expanded=true]') ?? [];
        if (isNested() || others.length) timer = window.setTimeout(() => open('menu'), HOVER_MS);
    });
    root.addEventListener('pointerleave', () => {
        isOver = false;
        clearTimeout(timer);
        if (isNested() && menu.isOpen) menu.popup.close('outside');
    });

    return {
        root,
        looksInside: true,
        update() {
            face.update(isInMenu(context.control) ? 'menuitem' : 'button');
            root.classList.toggle('t-menu-alone', !isInMenu(context.control));
            arrow.hidden = !isNested();
            context.place(menu.panel, context.children());
            menu.changed();
            setStyle(menu.panel, menuLook(context.get('menu_style') as ValueMap));
            item.ariaExpanded = String(menu.isOpen);
        },
        dispose() {
            clearTimeout(timer);
            menu.popup.close('outside');
        },
    };
}
