import type { Context, Widget } from '../dom/widget.ts';
import { buttonLook, elevationShadow, limits, outline } from '../core/looks.ts';
import { isMap } from '../core/tree.ts';
import { box, color, durationMs, given, oneOf } from '../core/values.ts';
import { el, setAttribute } from '../dom/elements.ts';
import { IconPart } from '../dom/icons.ts';
import { adopt } from '../dom/sheet.ts';
import { setStyle } from '../dom/style.ts';
import { styleOf } from './button.ts';
import { splashRoom, splashSize } from './layers.ts';
import { Menu } from './menu.ts';
import css from './popupmenubutton.css?text';

export function popupMenuButton(context: Context): Widget {
    adopt(css);
    const root = el('div', 't-popup-button');
    // What it shows may be any control: a button element would not do for all of them.
    const toggle = el('div', 't-popup-toggle t-state');
    const content = el('div');
    toggle.setAttribute('role', 'button');
    toggle.ariaHasPopup = 'menu';
    toggle.append(content);
    const icon = new IconPart(toggle);
    const menu = new Menu({
        anchor: toggle,
        label: () => context.text('tooltip') || toggle.textContent?.trim() || 'Menu',
        onChosen: (id) => context.emit('select', String(id)),
        onClose: (reason) => {
            toggle.ariaExpanded = 'false';
            if (reason !== 'done') context.emit('cancel');
        },
    });
    root.append(toggle, menu.panel);

    function open(focus: 'first' | 'last' | 'menu'): void {
        if (context.isDisabled || context.children('items').length === 0) return;
        menu.open(oneOf(context.get('menu_position'), ['under']) ? 'below' : 'over', focus);
        toggle.ariaExpanded = 'true';
        context.emit('open');
    }
    toggle.addEventListener('click', (event) => {
        event.stopPropagation();
        if (menu.isOpen) menu.popup.close('outside');
        else open('menu');
    });
    toggle.addEventListener('keydown', (event) => {
        if (event.target !== toggle || !['Enter', ' ', 'ArrowDown', 'ArrowUp'].includes(event.key)) return;
        event.preventDefault();
        open(event.key === 'ArrowUp' ? 'last' : 'first');
    });

    return {
        root,
        looksInside: true,
        update() {
            const own = context.children('content');
            const hasContent = context.placeContent(content, 'content');
            content.hidden = !hasContent;
            const wanted = hasContent ? null : (context.get('icon') ?? 0x10000 + __ICON_MORE_VERT__);
            const iconColor = color(context.get('icon_color'));
            const parts = icon.show(wanted, { color: iconColor, size: context.get('icon_size') ?? null });
            icon.place(context, parts);
            toggle.classList.toggle('t-popup-content', own.length > 0);
            toggle.classList.toggle('t-popup-text', hasContent && own.length === 0);
            context.place(menu.panel, context.children('items'));
            menu.changed();
            const isNamed = toggle.textContent?.trim() !== '';
            setAttribute(toggle, 'aria-label', isNamed ? undefined : context.text('tooltip') || 'Show menu');
            setAttribute(toggle, 'tabindex', context.isDisabled ? undefined : '0');
            setAttribute(toggle, 'aria-disabled', context.isDisabled ? 'true' : undefined);
            toggle.ariaExpanded = String(menu.isOpen);
            showLooks(own.length === 0);
        },
        dispose: () => menu.popup.close('outside'),
    };

    function showLooks(isPlain: boolean): void {
        const style = context.get('popup_animation_style');
        const time = isMap(style) ? durationMs(style['duration']) : undefined;
        setStyle(menu.panel, {
            ...given(limits(context.get('size_constraints'))),
            ...outline(context.get('shape')),
            'background-color': color(context.get('bgcolor')),
            padding: box(context.get('menu_padding')),
            'box-shadow': elevationShadow(context.get('elevation'), context.get('shadow_color')),
            'animation-duration': time === undefined ? undefined : `${time}ms`,
            overflow: oneOf(context.get('clip_behavior'), ['hardEdge', 'antiAlias']) && 'hidden auto',
        });
        const around = splashSize(context);
        toggle.classList.toggle('t-popup-splash', isPlain && around !== undefined);
        setStyle(toggle, {
            ...(isPlain ? { padding: box(context.get('padding')) } : {}),
            ...given(buttonLook(styleOf(context), context.isDisabled ? ['disabled'] : [])),
            ...given({ '--t-splash': around }),
            ...splashRoom(context),
        });
    }
}
