import type { Context, Widget } from '../dom/widget.ts';
import { imageUrl } from '../core/links.ts';
import { color, icon, inState, px, text } from '../core/values.ts';
import { el } from '../dom/elements.ts';
import { iconElement, showIcon } from '../dom/icons.ts';
import { q, QLabelled } from './cupertino.ts';

const IMAGES = ['active_thumb_image_src', 'inactive_thumb_image_src'];

export function cupertinoSwitch(context: Context): Widget {
    const input = q('input', 'q-switch');
    input.type = 'checkbox';
    input.setAttribute('role', 'switch');
    const labelled = new QLabelled(context, input);
    const host = el('span', 'q-switch-host');
    const glyph = iconElement();
    input.replaceWith(host);
    host.append(input);
    let tried = '';

    // Pictures that cannot be had are told once.
    function tryImages(): void {
        const all = IMAGES.map((name) => imageUrl(context.get(name) ?? null, document.baseURI)).filter(
            (src) => src !== undefined,
        );
        if (!context.handles('image_error') || all.join(' ') === tried) return;
        tried = all.join(' ');
        for (const src of all) {
            const image = new Image();
            image.addEventListener('error', () => context.emit('image_error', `${text(src)} could not be loaded`));
            image.src = src;
        }
    }

    function showGlyph(): void {
        const shown = icon(inState(context.get('thumb_icon'), input.checked ? 'selected' : ''));
        if (!shown) return glyph.remove();
        glyph.classList.add('q-switch-icon');
        showIcon(glyph, shown);
        host.append(glyph);
    }

    input.addEventListener('change', () => {
        context.set({ value: input.checked });
        context.emit('change', input.checked);
        showGlyph();
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
            showGlyph();
            tryImages();
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
