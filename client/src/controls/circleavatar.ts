import type { Context, Widget } from '../dom/widget.ts';
import { color, number } from '../core/values.ts';
import { el, setAttribute } from '../dom/elements.ts';
import { adopt } from '../dom/sheet.ts';
import { Picture } from './image.ts';
import css from './circleavatar.css?text';

const RADIUS_PX = 20;

// A picture, or letters, of somebody.
export function circleAvatar(context: Context): Widget {
    adopt(css);
    const root = el('div', 't-avatar');
    const back = el('img');
    const content = el('span');
    const front = el('img', 't-avatar-front');
    root.append(back, content, front);
    const pictures = { background: new Picture(back), foreground: new Picture(front) };
    for (const which of ['background', 'foreground'] as const) {
        const image = which === 'background' ? back : front;
        image.alt = '';
        image.addEventListener('error', () => {
            image.hidden = true;
            context.emit('image_error', which);
        });
        image.addEventListener('load', () => (image.hidden = false));
    }
    return {
        root,
        update() {
            context.placeContent(content, 'content');
            for (const which of ['background', 'foreground'] as const) {
                const source = context.get(`${which}_image_src`);
                pictures[which].show(source);
                const isGiven = source !== undefined && source !== null && source !== '';
                if (!isGiven) (which === 'background' ? back : front).hidden = true;
            }
            const name = context.text('tooltip');
            setAttribute(root, 'role', name ? 'img' : undefined);
            setAttribute(root, 'aria-label', name || undefined);
            const size = `${diameter(context)}px`;
            context.rootStyle = {
                color: color(context.get('color')),
                'background-color': color(context.get('bgcolor')),
                ...(context.get('width') || context.get('height') ? {} : { width: size, height: size }),
            };
        },
        dispose() {
            pictures.background.dispose();
            pictures.foreground.dispose();
        },
    };
}

function diameter(context: Context): number {
    const own = number(context.get('radius'));
    if (own !== undefined) return own * 2;
    const least = number(context.get('min_radius')) ?? 0;
    const most = number(context.get('max_radius')) ?? Infinity;
    return 2 * Math.min(Math.max(RADIUS_PX, least), most);
}
