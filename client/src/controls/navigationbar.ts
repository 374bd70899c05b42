import type { Context, Widget } from '../dom/widget.ts';
import { elevationShadow, outline } from '../core/looks.ts';
import { border, box, color, durationMs, inState, oneOf } from '../core/values.ts';
import { el, setAttribute } from '../dom/elements.ts';
import { adopt } from '../dom/sheet.ts';
import { setStyle } from '../dom/style.ts';
import { chooseIn, PlaceIcon, standing } from './destination.ts';
import css from './navigation.css?text';

export function navigationBar(context: Context): Widget {
    adopt(css);
    const root = el('nav', 't-navbar t-fill');
    return {
        root,
        update() {
            const places = context.children('destinations');
            context.place(root, places);
            setAttribute(root, 'aria-label', context.text('tooltip') || 'Places');
            const time = durationMs(context.get('animation_duration'));
            context.rootStyle = {
                'background-color': color(context.get('bgcolor')),
                'box-shadow': elevationShadow(context.get('elevation'), context.get('shadow_color')),
                '--t-nav-mark': color(context.get('indicator_color')),
                '--t-nav-time': time === undefined ? undefined : `${time}ms`,
                '--t-state': color(inState(context.get('overlay_color'), 'hovered')),
                ...border(context.get('border')),
            };
            context.renderer.redraw(places);
        },
    };
}

export function navigationBarDestination(context: Context): Widget {
    const root = el('button', 't-nav-item');
    const pill = el('span', 't-nav-pill');
    const label = el('span', 't-nav-text');
    root.type = 'button';
    root.append(pill, label);
    const icon = new PlaceIcon(context, pill);
    const bar = () => context.control.parent;
    root.addEventListener('click', () => chooseIn(context, bar(), standing(context, bar()).index));
    return {
        root,
        update() {
            const { isChosen } = standing(context, bar());
            icon.update(isChosen);
            const labels = oneOf(bar()?.props['label_behavior'], ['alwaysHide', 'onlyShowSelected']);
            const isShown = labels === undefined || (labels === 'onlyShowSelected' && isChosen);
            const name = context.text('label');
            label.textContent = name;
            label.hidden = !isShown || name === '';
            root.disabled = context.isDisabled;
            setAttribute(root, 'aria-label', label.hidden ? name || context.text('tooltip') || 'Place' : undefined);
            setAttribute(root, 'aria-current', isChosen ? 'page' : undefined);
            setStyle(label, { padding: box(bar()?.props['label_padding']) });
            setStyle(pill, outline(bar()?.props['indicator_shape']));
            context.rootStyle = { 'background-color': color(context.get('bgcolor')) };
        },
    };
}
