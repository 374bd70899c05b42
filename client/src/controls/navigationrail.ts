import type { Context, Widget } from '../dom/widget.ts';
import { elevationShadow, outline } from '../core/looks.ts';
import { box, color, flexPlace, given, number, oneOf, textStyle } from '../core/values.ts';
import { el, setAttribute } from '../dom/elements.ts';
import { adopt } from '../dom/sheet.ts';
import { setStyle } from '../dom/style.ts';
import { chooseIn, PlaceIcon, standing } from './destination.ts';
import css from './navigation.css?text';

export function navigationRail(context: Context): Widget {
    adopt(css);
    const root = el('nav', 't-rail');
    const leading = el('div', 't-rail-end');
    const items = el('div', 't-rail-items');
    const trailing = el('div', 't-rail-end');
    root.append(leading, items, trailing);

    // What leads or ends the rail is at its very ends, or goes with the places.
    function arrange(): void {
        const first = context.is('pin_leading_to_top', true) ? root : items;
        const last = context.is('pin_trailing_to_bottom') ? root : items;
        if (leading.parentElement !== first || first.firstChild !== leading) first.prepend(leading);
        if (trailing.parentElement !== last || last.lastChild !== trailing) last.append(trailing);
        leading.hidden = !leading.childElementCount;
        trailing.hidden = !trailing.childElementCount;
    }

    return {
        root,
        update() {
            const places = context.children('destinations');
            context.place(leading, context.children('leading'));
            context.place(trailing, context.children('trailing'));
            context.place(items, places);
            arrange();
            const isExtended = context.is('extended');
            const labels = oneOf(context.get('label_type'), ['all', 'selected']) ?? 'none';
            root.classList.toggle('t-rail-extended', isExtended);
            root.classList.toggle('t-rail-plain', !isExtended && labels === 'none');
            root.classList.toggle('t-rail-scrolls', context.is('scrollable'));
            setAttribute(root, 'aria-label', context.text('tooltip') || 'Places');
            const width = isExtended
                ? (number(context.get('min_extended_width')) ?? 256)
                : (number(context.get('min_width')) ?? 80);
            setStyle(items, { 'justify-content': flexPlace(number(context.get('group_alignment')) ?? -1) });
            context.rootStyle = {
                '--t-rail-width': `${width}px`,
                '--t-nav-mark':
                    context.get('use_indicator') === false ? 'transparent' : color(context.get('indicator_color')),
                'background-color': color(context.get('bgcolor')),
                'box-shadow': elevationShadow(context.get('elevation')),
            };
            context.renderer.redraw(places);
        },
    };
}

export function navigationRailDestination(context: Context): Widget {
    const root = el('button', 't-nav-item');
    const pill = el('span', 't-nav-pill');
    const label = el('span', 't-nav-text');
    root.type = 'button';
    root.append(pill, label);
    const icon = new PlaceIcon(context, pill);
    const rail = () => context.control.parent;
    root.addEventListener('click', () => chooseIn(context, rail(), standing(context, rail()).index));
    return {
        root,
        update() {
            const props = rail()?.props ?? {};
            const { isChosen } = standing(context, rail());
            icon.update(isChosen);
            const hasLabel = context.placeContent(label, 'label');
            const labels = oneOf(props['label_type'], ['all', 'selected']);
            const isShown = props['extended'] === true || labels === 'all' || (labels === 'selected' && isChosen);
            label.hidden = !isShown || !hasLabel;
            root.disabled = context.isDisabled;
            const name = context.text('label') || context.text('tooltip') || 'Place';
            setAttribute(root, 'aria-label', label.hidden ? name : undefined);
            setAttribute(root, 'aria-current', isChosen ? 'page' : undefined);
            const style = props[isChosen ? 'selected_label_text_style' : 'unselected_label_text_style'];
            setStyle(label, textStyle(style));
            setStyle(
                pill,
                given({
                    ...outline(context.get('indicator_shape') ?? props['indicator_shape']),
                    '--t-nav-mark': color(context.get('indicator_color')),
                }),
            );
            context.rootStyle = { padding: box(context.get('padding')) };
        },
    };
}
