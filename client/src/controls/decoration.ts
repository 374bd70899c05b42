// What few containers have: a picture behind their content, a decoration before it, colours that blend with what lies
// below. Each is a layer of its own within the container.

import type { Context } from '../dom/widget.ts';
import { FITS } from '../core/fits.ts';
import { blending } from '../core/looks.ts';
import { isMap, type ValueMap } from '../core/tree.ts';
import {
    border,
    color,
    given,
    gradient,
    isOn,
    lookup,
    number,
    oneOf,
    point,
    radius,
    shadow,
    text,
    type Css,
} from '../core/values.ts';
import { el } from '../dom/elements.ts';
import { adopt } from '../dom/sheet.ts';
import { setStyle } from '../dom/style.ts';
import { Picture } from './image.ts';
import css from './decoration.css?text';

adopt(css);

export class Decoration {
    private readonly back = new Layer('t-decor-back');
    private readonly front = new Layer('t-decor-front');
    private readonly filter = new Layer('t-decor-front');

    constructor(
        private readonly context: Context,
        private readonly root: HTMLElement,
    ) {}

    // Styles of the root element; the layers are set here.
    update(): Css {
        const { context, root } = this;
        const blend = blending(context.get('blend_mode'));
        const image = context.get('image') ?? null;
        const own = { image, border_radius: context.get('border_radius') ?? null, shape: context.get('shape') ?? null };
        const paint = { bgcolor: context.get('bgcolor') ?? null, gradient: context.get('gradient') ?? null };
        const isBack = isOn(image) || blend !== undefined;
        this.back.show(isBack ? { ...own, ...(blend && { ...paint, blend_mode: context.get('blend_mode')! }) } : null);
        if (isBack) root.prepend(this.back.root);
        const front = context.get('foreground_decoration');
        this.front.show(isMap(front) ? front : null);
        if (isMap(front)) root.append(this.front.root);
        const filter = context.get('color_filter');
        const tint = isMap(filter) ? { ...own, image: null, bgcolor: filter['color'] ?? null } : null;
        this.filter.show(tint && { ...tint, blend_mode: (filter as ValueMap)['blend_mode'] ?? 'srcATop' });
        if (tint) root.append(this.filter.root);
        root.classList.toggle('t-decorated', isBack || isMap(front) || tint !== null);
        const ink = color(context.get('ink_color'));
        return given({
            '--md-ripple-hover-color': ink,
            '--md-ripple-pressed-color': ink,
            'background-color': blend && 'transparent',
            'background-image': blend && 'none',
            // A filter is for the container alone.
            isolation: tint ? 'isolate' : undefined,
        });
    }

    dispose(): void {
        for (const layer of [this.back, this.front, this.filter]) layer.dispose();
    }
}

// One BoxDecoration.
export class Layer {
    readonly root: HTMLElement;
    private readonly img = el('img');
    private readonly picture = new Picture(this.img);

    constructor(className: string) {
        this.root = el('div', `t-decor ${className}`);
        this.root.ariaHidden = 'true';
        this.img.alt = '';
    }

    show(decoration: ValueMap | null): void {
        const { root, img, picture } = this;
        if (!decoration) return root.remove();
        const image = isMap(decoration['image']) ? decoration['image'] : undefined;
        if (picture.show(image?.['src'] ?? null) && image) root.append(img);
        if (!image) img.remove();
        const at = point(image?.['alignment'] ?? null) ?? { x: 0, y: 0 };
        const place = `${(at.x + 1) * 50}% ${(at.y + 1) * 50}%`;
        const repeat = oneOf(image?.['repeat'], ['repeat', 'repeatX', 'repeatY']);
        const filter = isMap(image?.['color_filter']) ? image['color_filter'] : undefined;
        setStyle(img, {
            'object-fit': lookup(FITS, image?.['fit'] ?? null) ?? 'scale-down',
            'object-position': place,
            opacity: repeat ? '0' : number(image?.['opacity'])?.toString(),
            'image-rendering': oneOf(image?.['filter_quality'], ['none']) ? 'pixelated' : undefined,
        });
        const shade = color(filter?.['color']);
        root.classList.toggle('t-tinted', shade !== undefined);
        setStyle(root, {
            'background-color': color(decoration['bgcolor']),
            'background-image':
                [repeat && addressOf(img.src), gradient(decoration['gradient'])].filter(Boolean).join(', ') ||
                undefined,
            'background-position': repeat && place,
            'background-repeat': repeat && { repeat: 'repeat', repeatX: 'repeat-x', repeatY: 'repeat-y' }[repeat],
            'border-radius': text(decoration['shape']) === 'circle' ? '50%' : radius(decoration['border_radius']),
            'box-shadow': shadow(decoration['shadows']),
            'mix-blend-mode': blending(decoration['blend_mode']),
            '--t-tint': shade,
            '--t-tint-blend': shade && (blending(filter?.['blend_mode']) ?? 'normal'),
            ...border(decoration['border']),
        });
    }

    dispose(): void {
        this.picture.dispose();
    }
}

function addressOf(src: string): string | undefined {
    return src ? `url("${src.replace(/["\\\n]/g, encodeURIComponent)}")` : undefined;
}
