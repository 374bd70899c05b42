// A gradient that colours its content, or shows only a part of it.

import type { Context, Widget } from '../dom/widget.ts';
import { gradient, lookup, oneOf, radius } from '../core/values.ts';
import { el } from '../dom/elements.ts';
import { setStyle } from '../dom/style.ts';
import { wrapperBox } from './wrapper.ts';

// How the gradient mixes with an opaque content. `modulate` is what CSS calls multiply.
const BLENDS: { readonly [mode: string]: string } = {
    modulate: 'multiply',
    multiply: 'multiply',
    screen: 'screen',
    overlay: 'overlay',
    darken: 'darken',
    lighten: 'lighten',
    colordodge: 'color-dodge',
    colorburn: 'color-burn',
    hardlight: 'hard-light',
    softlight: 'soft-light',
    difference: 'difference',
    exclusion: 'exclusion',
    hue: 'hue',
    saturation: 'saturation',
    color: 'color',
    luminosity: 'luminosity',
    plus: 'plus-lighter',
};
// Types that are letters or glyphs: the gradient is the colour of these.
const INK = '.t-text, .t-icon';

export function shaderMask(context: Context): Widget {
    const root = wrapperBox();
    const shade = el('div', 't-shade');
    root.classList.add('t-shaded');
    return {
        root,
        update() {
            const content = context.children('content');
            context.place(root, content);
            root.append(shade);
            const mode = context.text('blend_mode') || 'modulate';
            const paint = gradient(context.get('shader'));
            const mask = maskOf(mode, paint);
            const inner = content[0] && context.renderer.element(content[0]);
            const isInk =
                inner !== undefined && (inner.matches(INK) || inner.querySelector('img, canvas, .t-box') === null);
            const isCut = !mask && isInk && oneOf(mode, ['srcIn', 'srcATop', 'modulate', 'src', 'multiply', 'color']);
            root.classList.toggle('t-inked', Boolean(isCut));
            shade.hidden = Boolean(mask || isCut) || oneOf(mode, ['dst', 'clear', 'values']) !== undefined;
            setStyle(shade, { 'background-image': paint, 'mix-blend-mode': lookup(BLENDS, mode) });
            context.rootStyle = {
                ...mask,
                '--t-shade': isCut ? paint : undefined,
                'border-radius': radius(context.get('border_radius')),
                overflow: context.get('border_radius') ? 'clip' : undefined,
                visibility: mode === 'clear' ? 'hidden' : undefined,
            };
        },
    };
}

function maskOf(mode: string, paint: string | undefined): { [name: string]: string } | undefined {
    if (!paint) return undefined;
    if (oneOf(mode, ['dstIn', 'dstATop'])) return { 'mask-image': paint };
    if (!oneOf(mode, ['dstOut', 'xor'])) return undefined;
    return { 'mask-image': `linear-gradient(#000 0 0), ${paint}`, 'mask-composite': 'exclude' };
}
