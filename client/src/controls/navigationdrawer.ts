import type { Context, Widget } from '../dom/widget.ts';
import { elevationShadow, outline } from '../core/looks.ts';
import { box, color, px } from '../core/values.ts';
import { el, setAttribute } from '../dom/elements.ts';
import { adopt } from '../dom/sheet.ts';
import { setStyle } from '../dom/style.ts';
import { chooseIn, PlaceIcon, standing } from './destination.ts';
import { Modal } from './modal.ts';
import css from './navigation.css?text';

// The view opens it: `_open` is between the two.
export function navigationDrawer(context: Context): Widget {
    adopt(css);
    const modal = new Modal({
        className: 't-drawer',
        isWanted: () => context.is('_open'),
        isDismissible: () => true,
        onClosed() {
            context.control.props['_open'] = false;
            context.renderer.outlet.emit(context.control, 'dismiss', null, true);
        },
    });
    const { root } = modal;
    return {
        root,
        update() {
            const controls = context.children();
            context.place(root, controls);
            const view = context.control.parent;
            root.classList.toggle('t-drawer-end', view?.props['end_drawer'] === context.control);
            setAttribute(root, 'aria-label', context.text('tooltip') || 'Navigation');
            context.rootStyle = {
                width: px(context.get('width')),
                'background-color': color(context.get('bgcolor')),
                'box-shadow': elevationShadow(context.get('elevation'), context.get('shadow_color')),
                '--t-nav-mark': color(context.get('indicator_color')),
                '--t-drawer-tile': box(context.get('tile_padding')),
            };
            context.renderer.redraw(controls.filter(({ type }) => type === 'NavigationDrawerDestination'));
            modal.sync();
        },
        dispose: () => modal.dispose(),
    };
}

export function navigationDrawerDestination(context: Context): Widget {
    const root = el('button', 't-drawer-item');
    const face = el('span', 't-drawer-face t-state');
    const lead = el('span', 't-drawer-icon');
    const label = el('span', 't-nav-text');
    root.type = 'button';
    face.append(lead, label);
    root.append(face);
    const icon = new PlaceIcon(context, lead);
    const drawer = () => context.control.parent;
    root.addEventListener('click', () => chooseIn(context, drawer(), standing(context, drawer(), 'controls').index));
    return {
        root,
        update() {
            const { isChosen } = standing(context, drawer(), 'controls');
            icon.update(isChosen);
            context.placeContent(label, 'label');
            root.disabled = context.isDisabled;
            setAttribute(root, 'aria-current', isChosen ? 'page' : undefined);
            setStyle(face, outline(drawer()?.props['indicator_shape']));
            context.rootStyle = { 'background-color': color(context.get('bgcolor')) };
        },
    };
}
