import type { Context, Widget } from '../dom/widget.ts';
import { number, oneOf, radius } from '../core/values.ts';
import { el } from '../dom/elements.ts';

const FITS: { [name: string]: string } = {
    none: 'none', contain: 'contain', cover: 'cover', fill: 'fill', fitheight: 'contain',
    fitwidth: 'contain', scaledown: 'scale-down',
};

export function image(context: Context): Widget {
    const root = el('img', 't-image');
    root.decoding = 'async';
    let shown: unknown;
    let blobUrl = '';
    return {
        root,
        update() {
            const src = context.get('src');
            if (src !== shown) {
                shown = src;
                URL.revokeObjectURL(blobUrl);
                blobUrl = '';
                const found = source(src);
                if (found instanceof Blob) root.src = blobUrl = URL.createObjectURL(found);
                else root.src = found;
            }
            root.alt = context.is('exclude_from_semantics') ? '' : context.text('semantics_label');
            const fit = oneOf(context.get('fit'), [
                'none', 'contain', 'cover', 'fill', 'fitHeight', 'fitWidth', 'scaleDown',
            ]);
            context.rootStyle = {
                'object-fit': fit && FITS[fit.toLowerCase()],
                'border-radius': radius(context.get('border_radius')),
                'image-rendering': number(context.get('scale')) ? 'auto' : undefined,
            };
        },
        dispose: () => URL.revokeObjectURL(blobUrl),
    };
}

// Bytes, URL, asset path, SVG text or base64, told apart as the protocol says.
function source(src: unknown): string | Blob {
    if (src instanceof Uint8Array) return new Blob([src as Uint8Array<ArrayBuffer>]);
    const text = typeof src === 'string' ? src : '';
    if (text.trimStart().startsWith('<svg')) return new Blob([text], { type: 'image/svg+xml' });
    if (/^(https?:\/\/|www\.)/.test(text)) return text;
    if (text.includes('.') || !/^[A-Za-z0-9+/=\s]{16,}$/.test(text))
        return new URL(text.replace(/^\//, ''), document.baseURI).href;
    try {
        return new Blob([Uint8Array.from(atob(text), (char) => char.charCodeAt(0))]);
    } catch {
        return new URL(text, document.baseURI).href;
    }
}
