import type { Context, Widget } from '../dom/widget.ts';
import { densityShift } from '../core/looks.ts';
import { isMap } from '../core/tree.ts';
import {
    borderSide,
    box,
    color,
    crossAxis,
    durationMs,
    flexPlace,
    number,
    oneOf,
    point,
    shapeRadius,
    type Css,
} from '../core/values.ts';
import { el, newName, setAttribute } from '../dom/elements.ts';
import { glyph, IconPart } from '../dom/icons.ts';
import { adopt } from '../dom/sheet.ts';
import { isTaken } from '../dom/press.ts';
import { setStyle } from '../dom/style.ts';
import css from './expansiontile.css?text';
import tile from './listtile.css?text';

export function expansionTile(context: Context): Widget {
    adopt(tile);
    adopt(css);
    const root = el('div', 't-expansion t-fill');
    const head = el('div', 't-tile t-state t-expansion-head');
    const leading = el('div', 't-tile-leading');
    const middle = el('div', 't-tile-middle');
    const title = el('div', 't-tile-title');
    const subtitle = el('div', 't-tile-subtitle');
    const trailing = el('div', 't-tile-trailing');
    const arrow = el('span', 't-expansion-arrow');
    const body = el('div', 't-expansion-body');
    body.id = newName('expansion');
    arrow.append(glyph(__ICON_EXPAND_MORE__));
    middle.append(title, subtitle);
    head.append(leading, middle, trailing);
    root.append(head, body);
    head.setAttribute('role', 'button');
    head.setAttribute('aria-controls', body.id);
    const leadingIcon = new IconPart(leading);
    const trailingIcon = new IconPart(trailing);

    head.addEventListener('click', (event) => {
        if (context.isDisabled || isTaken(event, head)) return;
        const expanded = !context.is('expanded');
        context.set({ expanded });
        context.emit('change', expanded);
    });
    head.addEventListener('keydown', (event) => {
        if (event.target !== head || !['Enter', ' '].includes(event.key)) return;
        event.preventDefault();
        head.click();
    });

    function placeArrow(): void {
        const isFirst = oneOf(context.get('affinity'), ['leading']) !== undefined;
        const own = context.get('trailing');
        const hasOwn = own !== undefined && own !== null;
        const isShown = isFirst || (!hasOwn && context.is('show_trailing_icon', true));
        if (!isShown) arrow.remove();
        else if (isFirst && arrow.nextSibling !== leading) head.prepend(arrow);
        else if (!isFirst && head.lastChild !== arrow) head.append(arrow);
    }

    return {
        root,
        update() {
            const isOpen = context.is('expanded');
            leadingIcon.place(context, leadingIcon.show(context.get('leading')));
            trailingIcon.place(context, trailingIcon.show(context.get('trailing')));
            leading.hidden = !leading.childElementCount;
            trailing.hidden = !trailing.childElementCount;
            context.placeContent(title, 'title');
            subtitle.hidden = !context.placeContent(subtitle, 'subtitle');
            placeArrow();
            const isKept = isOpen || context.is('maintain_state');
            context.place(body, isKept ? context.children() : []);
            body.hidden = !isOpen;
            root.classList.toggle('t-open', isOpen);
            root.classList.toggle('t-shaped', isMap(context.get('shape')));
            head.classList.toggle('t-disabled', context.isDisabled);
            head.classList.toggle('t-dense', context.is('dense'));
            setAttribute(head, 'aria-expanded', String(isOpen));
            setAttribute(head, 'aria-disabled', context.isDisabled ? 'true' : undefined);
            setAttribute(head, 'tabindex', context.isDisabled ? undefined : '0');
            setStyle(head, headStyle(context, isOpen));
            setStyle(body, bodyStyle(context));
            context.rootStyle = rootStyle(context, isOpen);
        },
    };
}

function headStyle(context: Context, isOpen: boolean): Css {
    const pick = (name: string) => color(context.get(isOpen ? name : `collapsed_${name}`));
    const least = number(context.get('min_tile_height')) ?? (context.is('dense') ? 48 : 56);
    return {
        color: pick('text_color'),
        '--t-tile-icon': pick('icon_color'),
        '--t-expansion-icon': pick('icon_color'),
        padding: box(context.get('tile_padding')),
        'min-height': `${least + densityShift(context.get('visual_density'))}px`,
    };
}

function bodyStyle(context: Context): Css {
    const at = point(context.get('expanded_alignment'));
    const style = context.get('animation_style');
    const time = isMap(style) ? durationMs(style['duration']) : undefined;
    return {
        padding: box(context.get('controls_padding')),
        'align-items': crossAxis(context.get('expanded_cross_axis_alignment')) ?? (at ? flexPlace(at.x) : 'center'),
        'animation-duration': time === undefined ? undefined : `${time}ms`,
    };
}

function rootStyle(context: Context, isOpen: boolean): Css {
    const shape = context.get(isOpen ? 'shape' : 'collapsed_shape');
    const side = isMap(shape) ? borderSide(shape['side']) : undefined;
    return {
        'background-color': color(context.get(isOpen ? 'bgcolor' : 'collapsed_bgcolor')),
        'border-radius': shapeRadius(shape),
        border: side,
        overflow: oneOf(context.get('clip_behavior'), ['none']) && 'visible',
    };
}
