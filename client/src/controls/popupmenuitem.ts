import type { Context, Widget } from '../dom/widget.ts';
import { box, number, textStyle } from '../core/values.ts';
import { cursor } from '../dom/cursor.ts';
import { el, setAttribute } from '../dom/elements.ts';
import { glyph, IconPart } from '../dom/icons.ts';
import { setStyle } from '../dom/style.ts';
import { sayChosen } from './menu.ts';

// An item of a PopupMenuButton or ContextMenu; one without content is a line between others.
export function popupMenuItem(context: Context): Widget {
    const root = el('div', 't-menu-item t-state');
    const check = el('span', 't-menu-check');
    const lead = el('span', 't-menu-lead');
    const label = el('span', 't-menu-text');
    const tick = glyph(__ICON_CHECK__);
    root.append(check, lead, label);
    const icon = new IconPart(lead);
    const isLine = () => !label.childNodes.length && !lead.childElementCount;

    root.addEventListener('click', (event) => {
        event.stopPropagation();
        if (context.isDisabled || isLine()) return;
        const checked = context.get('checked');
        context.emit('click', typeof checked === 'boolean' ? !checked : null);
        sayChosen(root, context.control.id);
    });
    root.addEventListener('keydown', (event) => {
        if (event.target !== root || !['Enter', ' '].includes(event.key)) return;
        event.preventDefault();
        root.click();
    });
    return {
        root,
        update() {
            const checked = context.get('checked');
            const isCheckable = typeof checked === 'boolean';
            const hasText = context.placeContent(label, 'content');
            icon.place(context, icon.show(context.get('icon')));
            lead.hidden = !lead.childElementCount;
            label.hidden = !hasText;
            check.hidden = !isCheckable;
            if (checked === true) check.append(tick);
            else tick.remove();
            root.className = isLine() ? 't-menu-line' : 't-menu-item t-state';
            setAttribute(root, 'role', isLine() ? 'separator' : isCheckable ? 'menuitemcheckbox' : 'menuitem');
            setAttribute(root, 'aria-checked', isCheckable && !isLine() ? String(checked) : undefined);
            setAttribute(root, 'aria-disabled', context.isDisabled ? 'true' : undefined);
            setAttribute(root, 'tabindex', isLine() ? undefined : '-1');
            setStyle(label, textStyle(context.get('label_text_style')));
            const height = number(context.get('height'));
            context.rootStyle = isLine()
                ? {}
                : {
                      'min-height': height === undefined ? undefined : `${height}px`,
                      padding: box(context.get('padding')),
                      cursor: cursor(context.get('mouse_cursor')),
                  };
        },
    };
}
