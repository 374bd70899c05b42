import '@material/web/ripple/ripple.js';
import type { Context, Widget } from '../dom/widget.ts';
import { IconPart } from '../dom/icons.ts';
import { url } from '../core/links.ts';
import { box, color, number, shapeRadius, textStyle, type Css } from '../core/values.ts';
import { setStyle } from '../dom/style.ts';
import { el, listen, onPress, setAttribute } from '../dom/elements.ts';
import { PressArea } from '../dom/pressarea.ts';

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
    const press = () => {
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
            context.rootStyle = tileStyle(context);
        },
    };
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
        'min-height': number(context.get('min_height')) ? `${number(context.get('min_height'))}px` : undefined,
    };
}
