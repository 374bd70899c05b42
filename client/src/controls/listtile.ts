import '@material/web/ripple/ripple.js';
import type { Context, Widget } from '../dom/widget.ts';
import { IconPart } from '../dom/icons.ts';
import { url } from '../core/links.ts';
import { densityShift } from '../core/looks.ts';
import { box, color, lookup, number, px, shapeRadius, textStyle, type Css } from '../core/values.ts';
import { setStyle } from '../dom/style.ts';
import { cursor } from '../dom/cursor.ts';
import { el, focusSoon, listen, onPress, setAttribute } from '../dom/elements.ts';
import { PressArea } from '../dom/pressarea.ts';
import { adopt } from '../dom/sheet.ts';
import css from './listtile.css?text';

adopt(css);

export function listTile(context: Context): Widget {
    const root = el('div', 't-tile t-fill');
    const leading = el('div', 't-tile-leading');
    const middle = el('div', 't-tile-middle');
    const title = el('div', 't-tile-title');
    const subtitle = el('div', 't-tile-subtitle');
    const trailing = el('div', 't-tile-trailing');
    const ripple = document.createElement('md-ripple') as HTMLElement & { disabled: boolean };
    middle.append(title, subtitle);
    root.append(ripple, leading, middle, trailing);
    const leadingIcon = new IconPart(leading);
    const trailingIcon = new IconPart(trailing);
    listen(context, root);
    let isNew = true;
    const press = () => {
        if (context.is('toggle_inputs')) toggleIn(root);
        context.emit('click');
        const link = url(context.get('url'));
        if (link) window.open(link.href, link.target, 'noopener');
    };
    onPress(context, root, press);
    const area = new PressArea(root, press);
    return {
        root,
        update() {
            leadingIcon.place(context, leadingIcon.show(context.get('leading')));
            trailingIcon.place(context, trailingIcon.show(context.get('trailing')));
            leading.hidden = !leading.childElementCount;
            trailing.hidden = !trailing.childElementCount;
            context.placeContent(title, 'title');
            subtitle.hidden = !context.placeContent(subtitle, 'subtitle');
            const isButton = !context.isDisabled && (context.handles('click') || Boolean(url(context.get('url'))));
            const held = ['title', 'subtitle', 'leading', 'trailing'].flatMap((part) => context.children(part));
            area.update(isButton, context.isDisabled, held, context.text('title'));
            ripple.disabled = !isButton;
            root.classList.toggle('t-disabled', context.isDisabled);
            root.classList.toggle('t-selected', context.is('selected'));
            setAttribute(root, 'aria-current', context.is('selected') ? 'true' : undefined);
            root.classList.toggle('t-dense', context.is('dense'));
            setStyle(title, textStyle(context.get('title_text_style')));
            setStyle(subtitle, textStyle(context.get('subtitle_text_style')));
            root.classList.toggle('t-three-lines', context.is('is_three_line'));
            const ends = textStyle(context.get('leading_and_trailing_text_style'));
            setStyle(leading, { ...ends, 'min-width': px(context.get('min_leading_width')) });
            setStyle(trailing, ends);
            if (isNew && isButton && context.is('autofocus')) focusSoon(root);
            isNew = false;
            context.rootStyle = tileStyle(context);
        },
    };
}

const ALIGNMENTS: { [name: string]: string } = {
    threeline: 'center',
    titleheight: 'center',
    top: 'flex-start',
    center: 'center',
    bottom: 'flex-end',
};

function height(context: Context): string | undefined {
    const shift = densityShift(context.get('visual_density'));
    const least = number(context.get('min_height'));
    if (least === undefined && !shift) return undefined;
    return `${(least ?? (context.is('dense') ? 48 : 56)) + shift}px`;
}

// A press on the tile is one on the switch or checkbox in it.
function toggleIn(root: HTMLElement): void {
    root.querySelector<HTMLElement>('md-checkbox, md-switch, md-radio')?.click();
}

function tileStyle(context: Context): Css {
    const isSelected = context.is('selected');
    return {
        'background-color':
            (isSelected ? color(context.get('selected_tile_color')) : undefined) ?? color(context.get('bgcolor')),
        color: (isSelected ? color(context.get('selected_color')) : undefined) ?? color(context.get('text_color')),
        '--t-tile-icon': color(context.get('icon_color')),
        padding: box(context.get('content_padding')),
        'border-radius': shapeRadius(context.get('shape')),
        gap: px(context.get('horizontal_spacing')),
        'padding-block': px(context.get('min_vertical_padding')),
        'align-items': lookup(ALIGNMENTS, context.get('title_alignment')),
        cursor: cursor(context.get('mouse_cursor')),
        '--md-ripple-hover-color': color(context.get('hover_color')),
        '--md-ripple-pressed-color': color(context.get('splash_color')),
        'min-height': height(context),
    };
}
