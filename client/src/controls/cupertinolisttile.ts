import css from '../styles/cupertinobars.css?text';
import { adopt } from '../dom/sheet.ts';
import type { Context, Widget } from '../dom/widget.ts';
import { url } from '../core/links.ts';
import { box, color, px } from '../core/values.ts';
import { el, onPress } from '../dom/elements.ts';
import { IconPart } from '../dom/icons.ts';
import { PressArea } from '../dom/pressarea.ts';
import { q } from './cupertino.ts';

adopt(css);

const PARTS = ['title', 'subtitle', 'additional_info', 'leading', 'trailing'];
const INPUTS = 'input, md-switch, md-checkbox, md-radio';

export function cupertinoListTile(context: Context): Widget {
    const root = q('div', 'q-tile t-fill');
    const leading = el('div', 'q-tile-leading');
    const middle = el('div', 'q-tile-middle');
    const title = el('div');
    const subtitle = el('div', 'q-tile-second');
    const info = el('div', 'q-tile-info');
    const trailing = el('div', 'q-tile-trailing');
    middle.append(title, subtitle);
    root.append(leading, middle, info, trailing);
    const before = new IconPart(leading);
    const after = new IconPart(trailing);
    const press = () => {
        if (context.is('toggle_inputs')) root.querySelector<HTMLElement>(INPUTS)?.click();
        context.emit('click');
        const link = url(context.get('url'));
        if (link) window.open(link.href, link.target, 'noopener');
    };
    onPress(context, root, press);
    const area = new PressArea(root, press);
    return {
        root,
        update() {
            before.place(context, before.show(context.get('leading')));
            after.place(context, after.show(context.get('trailing')));
            leading.hidden = !leading.childElementCount;
            trailing.hidden = !trailing.childElementCount;
            context.placeContent(title, 'title');
            subtitle.hidden = !context.placeContent(subtitle, 'subtitle');
            info.hidden = !context.placeContent(info, 'additional_info');
            const isButton =
                context.handles('click') || Boolean(url(context.get('url'))) || context.is('toggle_inputs');
            const held = PARTS.flatMap((part) => context.children(part));
            area.update(isButton, context.isDisabled, held, context.text('title'));
            root.classList.toggle('t-disabled', context.isDisabled);
            root.classList.toggle('q-notched', context.is('notched'));
            context.rootStyle = {
                'background-color': color(context.get('bgcolor')),
                '--q-active': color(context.get('bgcolor_activated')),
                '--q-leading': px(context.get('leading_size')),
                '--q-gap': px(context.get('leading_to_title')),
                padding: box(context.get('content_padding') ?? context.get('padding')),
            };
        },
    };
}
