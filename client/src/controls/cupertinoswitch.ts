import type { Context, Widget } from '../dom/widget.ts';
import { imageUrl } from '../core/links.ts';
import { color, inState, px } from '../core/values.ts';
import { q, QLabelled } from './cupertino.ts';

export function cupertinoSwitch(context: Context): Widget {
    const input = q('input', 'q-switch');
    input.type = 'checkbox';
    input.setAttribute('role', 'switch');
    const labelled = new QLabelled(context, input);
    input.addEventListener('change', () => {
        context.set({ value: input.checked });
        context.emit('change', input.checked);
    });
    const picture = (name: string) => {
        const src = imageUrl(context.get(name) ?? null, document.baseURI);
        return src ? `url("${src.replace(/["\\]/g, '')}")` : undefined;
    };
    return {
        root: labelled.root,
        update() {
            input.checked = context.is('value');
            labelled.update();
            const state = input.checked ? 'selected' : '';
            const thumb = color(inState(context.get('thumb_color'), state));
            context.rootStyle = {
                '--q-on': color(context.get('active_track_color')),
                '--q-off': color(context.get('inactive_track_color')),
                '--q-on-thumb': thumb,
                '--q-off-thumb': color(context.get('inactive_thumb_color')) ?? thumb,
                '--q-on-image': picture('active_thumb_image_src'),
                '--q-off-image': picture('inactive_thumb_image_src'),
                '--q-edge': px(inState(context.get('track_outline_width'), state)),
                '--q-edge-color': color(inState(context.get('track_outline_color'), state)),
            };
        },
    };
}
