import type { Context, Widget } from '../dom/widget.ts';
import { densityShift, elevationShadow, limits, outline } from '../core/looks.ts';
import { animation, box, color, inState, oneOf, px, textStyle, type Css } from '../core/values.ts';
import { isMap } from '../core/tree.ts';
import { el, focusSoon, setAttribute } from '../dom/elements.ts';
import { glyph } from '../dom/icons.ts';
import { adopt } from '../dom/sheet.ts';
import { setStyle } from '../dom/style.ts';
import css from './chip.css?text';

export function chip(context: Context): Widget {
    adopt(css);
    const root = el('div', 't-chip');
    const main = el('button', 't-chip-main t-state');
    const lead = el('span', 't-chip-lead');
    const check = glyph(__ICON_CHECK__);
    const label = el('span', 't-chip-label');
    const remove = el('button', 't-chip-delete t-state');
    const cross = glyph(__ICON_CLOSE__);
    main.type = remove.type = 'button';
    main.append(lead, label);
    root.append(main, remove);
    let isNew = true;

    main.addEventListener('click', () => {
        if (context.handles('select')) {
            const selected = !context.is('selected');
            context.set({ selected });
            context.emit('select', selected);
        } else context.emit('click');
    });
    const isRemovable = () => context.handles('delete') && !context.isDisabled;
    remove.addEventListener('click', () => context.emit('delete'));
    main.addEventListener('keydown', ({ key }) => {
        if (isRemovable() && ['Delete', 'Backspace'].includes(key)) context.emit('delete');
    });
    main.addEventListener('focus', () => context.emit('focus'));
    main.addEventListener('blur', () => context.emit('blur'));

    function showLead(): void {
        const isChecked = context.is('selected') && context.is('show_checkmark', true);
        const own = context.children('leading');
        context.place(lead, isChecked ? [] : own);
        if (isChecked) lead.append(check);
        else check.remove();
        lead.hidden = !isChecked && own.length === 0;
        setStyle(check, { color: color(context.get('check_color')) });
        setStyle(lead, limits(context.get('leading_size_constraints')));
    }

    function showRemove(): void {
        const own = context.children('delete_icon');
        context.place(remove, own);
        if (own.length) cross.remove();
        else remove.append(cross);
        remove.hidden = !context.handles('delete');
        remove.disabled = context.isDisabled;
        const tip = context.text('delete_icon_tooltip') || context.text('delete_button_tooltip');
        setAttribute(remove, 'title', tip || undefined);
        setAttribute(remove, 'aria-label', `${tip || 'Delete'} ${label.textContent}`.trim());
        setStyle(remove, limits(context.get('delete_icon_size_constraints')));
    }

    return {
        root,
        update() {
            const isSelected = context.is('selected');
            context.placeContent(label, 'label');
            showLead();
            showRemove();
            const isSelectable = context.handles('select');
            const isButton = isSelectable || context.handles('click');
            main.disabled = context.isDisabled || !(isButton || context.handles('delete'));
            setAttribute(main, 'aria-pressed', isSelectable ? String(isSelected) : undefined);
            main.classList.toggle('t-state', isButton && !context.isDisabled);
            root.classList.toggle('t-selected', isSelected);
            root.classList.toggle('t-disabled', context.isDisabled);
            setStyle(label, {
                ...textStyle(context.get('label_text_style')),
                padding: box(context.get('label_padding')),
            });
            setStyle(main, { padding: box(context.get('padding')) });
            context.rootStyle = chipStyle(context, isSelected);
            if (isNew && context.is('autofocus')) focusSoon(main);
            isNew = false;
        },
    };
}

function chipStyle(context: Context, isSelected: boolean): Css {
    const states = context.isDisabled ? ['disabled'] : isSelected ? ['selected'] : [];
    const cast = context.get(isSelected ? 'selected_shadow_color' : 'shadow_color');
    const chosen = isSelected ? color(context.get('selected_color')) : undefined;
    const off = context.isDisabled ? color(context.get('disabled_color')) : undefined;
    return {
        'background-color':
            off ?? chosen ?? color(inState(context.get('color'), ...states)) ?? color(context.get('bgcolor')),
        ...outline(context.get('shape'), context.get('border_side')),
        'box-shadow': elevationShadow(context.get('elevation'), cast),
        '--t-chip-delete': color(context.get('delete_icon_color')),
        '--t-chip-select': pace(context, 'select_animation_style'),
        '--t-chip-enable': pace(context, 'enable_animation_style'),
        '--t-chip-lead': pace(context, 'leading_drawer_animation_style'),
        '--t-chip-drop': pace(context, 'delete_drawer_animation_style'),
        '--t-chip-pressed': elevationShadow(context.get('elevation_on_click'), cast),
        height: px(context.get('height')) ?? `${32 + densityShift(context.get('visual_density'))}px`,
        overflow: oneOf(context.get('clip_behavior'), ['hardEdge', 'antiAlias', 'antiAliasWithSaveLayer']) && 'hidden',
    };
}

// How fast a part of it changes, and by which curve.
function pace(context: Context, name: string): string | undefined {
    const style = context.get(name);
    return isMap(style) && style['duration'] !== undefined ? animation(style) : undefined;
}
