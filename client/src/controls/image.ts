import type { Context, Widget } from '../dom/widget.ts';
import { imageUrl } from '../core/links.ts';
import { lookup, number, oneOf, radius } from '../core/values.ts';
import { el } from '../dom/elements.ts';

const FITS: { [name: string]: string } = {
    none: 'none',
    contain: 'contain',
    cover: 'cover',
    fill: 'fill',
    fitheight: 'contain',
    fitwidth: 'contain',
    scaledown: 'scale-down',
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
                'none',
                'contain',
                'cover',
                'fill',
                'fitHeight',
                'fitWidth',
                'scaleDown',
            ]);
            context.rootStyle = {
                'object-fit': lookup(FITS, fit),
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
    const address = () => imageUrl(text.startsWith('www.') ? `https://${text}` : text, document.baseURI) ?? '';
    if (text.includes('.') || !/^[A-Za-z0-9+/=\s]{16,}$/.test(text)) return address();
    try {
        return new Blob([Uint8Array.from(atob(text), (char) => char.charCodeAt(0))]);
    } catch {
        return address();
    }
}
