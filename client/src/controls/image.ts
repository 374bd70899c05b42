import type { Context, Widget } from '../dom/widget.ts';
import { bytesOf } from '../dom/base64.ts';
import { FITS } from '../core/fits.ts';
import { timing } from '../core/timing.ts';
import { imageUrl } from '../core/links.ts';
import { color, lookup, oneOf, radius, type Css } from '../core/values.ts';
import { el, setAttribute } from '../dom/elements.ts';
import { glyph } from '../dom/icons.ts';
import { setStyle } from '../dom/style.ts';

const SVG_TYPE = 'image/svg+xml';
const BLENDS = [
    'multiply',
    'screen',
    'overlay',
    'darken',
    'lighten',
    'color-dodge',
    'color-burn',
    'hard-light',
    'soft-light',
    'difference',
    'exclusion',
    'hue',
    'saturation',
    'color',
    'luminosity',
] as const;

// What an image element shows, be it an address or bytes.
export class Picture {
    private shown: unknown;
    private blobUrl = '';

    constructor(private readonly element: HTMLImageElement) {}

    // True when it is another one.
    show(src: unknown): boolean {
        if (src === this.shown) return false;
        this.shown = src;
        this.dispose();
        const found = source(src);
        if (found instanceof Blob) this.element.src = this.blobUrl = URL.createObjectURL(found);
        else if (found) this.element.src = found;
        else this.element.removeAttribute('src');
        return true;
    }

    dispose(): void {
        URL.revokeObjectURL(this.blobUrl);
        this.blobUrl = '';
    }
}

export function image(context: Context): Widget {
    const root = el('div', 't-image');
    const element = el('img');
    const before = el('img', 't-image-before');
    const error = el('div', 't-image-error');
    element.decoding = 'async';
    before.alt = '';
    before.ariaHidden = 'true';
    error.hidden = before.hidden = true;
    root.append(before, element, error);
    const picture = new Picture(element);
    const placeholder = new Picture(before);

    element.addEventListener('error', () => {
        if (!element.getAttribute('src')) return;
        element.hidden = before.hidden = true;
        error.hidden = false;
        if (context.children('error_content').length) return;
        error.replaceChildren(glyph(__ICON_BROKEN_IMAGE__));
        setAttribute(error, 'role', element.alt ? 'img' : undefined);
        setAttribute(error, 'aria-label', element.alt || undefined);
    });
    element.addEventListener('load', () => {
        const time = timing(context.get('fade_in_animation'));
        if (time && !before.hidden) element.animate([{ opacity: 0 }, { opacity: 1 }], time);
        const out = timing(context.get('placeholder_fade_out_animation'));
        const gone = () => (before.hidden = true);
        if (out && !before.hidden) before.animate([{ opacity: 1 }, { opacity: 0 }], out).finished.then(gone, gone);
        else gone();
    });

    return {
        root,
        update() {
            element.alt = context.is('exclude_from_semantics') ? '' : context.text('semantics_label');
            context.place(error, context.children('error_content'));
            if (picture.show(context.get('src'))) {
                element.hidden = false;
                error.hidden = true;
                const waits = context.get('placeholder_src');
                placeholder.show(waits);
                before.hidden = !waits || element.complete;
            }
            const fit = lookup(FITS, context.get('fit'));
            setStyle(element, {
                'object-fit': fit,
                'image-rendering': oneOf(context.get('filter_quality'), ['none']) ? 'pixelated' : undefined,
            });
            setStyle(before, { 'object-fit': lookup(FITS, context.get('placeholder_fit')) ?? fit });
            context.rootStyle = {
                'border-radius': radius(context.get('border_radius')),
                ...tint(context, element.src),
            };
        },
        dispose() {
            picture.dispose();
            placeholder.dispose();
        },
    };
}

// A colour laid over the picture; by itself it takes the picture's shape. And a picture that repeats itself.
function tint(context: Context, src: string): Css {
    const shade = color(context.get('color'));
    const repeat = oneOf(context.get('repeat'), ['repeat', 'repeatX', 'repeatY']);
    const address = src ? `url("${src.replace(/["\\\n]/g, encodeURIComponent)}")` : undefined;
    const mode = context.text('color_blend_mode').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return {
        '--t-image-tint': shade,
        '--t-image-shape': shade && address,
        '--t-image-blend':
            shade && (BLENDS.find((name) => name === mode || (mode === 'modulate' && name === 'multiply')) ?? 'normal'),
        'background-image': repeat && address,
        'background-repeat': repeat && { repeat: 'repeat', repeatX: 'repeat-x', repeatY: 'repeat-y' }[repeat],
    };
}

// Bytes, URL, asset path, SVG text or base64, told apart as the protocol says.
function source(src: unknown): string | Blob {
    if (src instanceof Uint8Array)
        return new Blob([src as Uint8Array<ArrayBuffer>], { type: isSvg(src) ? SVG_TYPE : '' });
    const text = typeof src === 'string' ? src : '';
    if (text.trimStart().startsWith('<svg')) return new Blob([text], { type: SVG_TYPE });
    const address = () => imageUrl(text.startsWith('www.') ? `https://${text}` : text, document.baseURI) ?? '';
    if (text.includes('.') || !/^[A-Za-z0-9+/=\s]{16,}$/.test(text)) return address();
    try {
        return new Blob([bytesOf(text)]);
    } catch {
        return address();
    }
}

// Browsers tell other pictures by their bytes, and this one by its type alone.
function isSvg(bytes: Uint8Array): boolean {
    const start = new TextDecoder().decode(bytes.subarray(0, 256)).trimStart();
    return start.startsWith('<svg') || (start.startsWith('<?xml') && start.includes('<svg'));
}
