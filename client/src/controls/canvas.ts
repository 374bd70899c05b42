// Shapes that are painted in their order, under a content, on a canvas as fine as the screen.

import type { Context, Widget } from '../dom/widget.ts';
import { imageUrl } from '../core/links.ts';
import type { Control, Value } from '../core/tree.ts';
import { number } from '../core/values.ts';
import css from '../styles/wrappers.css?text';
import { adopt } from '../dom/sheet.ts';
import { el } from '../dom/elements.ts';
import { Inks } from './canvasinks.ts';
import { drawShapes } from './canvasshapes.ts';
import { wordsOf } from './canvastext.ts';

// Browsers refuse larger ones, or draw nothing.
const MOST_PX = 8192;

export function canvas(context: Context): Widget {
    adopt(css);
    const root = el('div', 't-box t-canvas t-fill');
    const painter = new Painter(context, root);
    return {
        root,
        update() {
            context.place(root, context.children('content'));
            painter.update();
        },
        invoke: (name, args) => painter.invoke(name, number(args['pixel_ratio'])),
        dispose: () => painter.dispose(),
    };
}

class Painter {
    private readonly sheet = el('canvas');
    private readonly inks = new Inks(() => this.schedule());
    private readonly pictures = new Map<
        number,
        { src: Value; url: string; image: HTMLImageElement; isReady: boolean }
    >();
    private readonly sizes = new ResizeObserver(() => this.onSize());
    private size = { w: 0, h: 0 };
    private frame = 0;
    private timer = 0;
    private captured: HTMLCanvasElement | undefined;

    constructor(
        private readonly context: Context,
        private readonly root: HTMLElement,
    ) {
        this.sheet.setAttribute('role', 'img');
        root.append(this.sheet, this.inks.root);
        this.sizes.observe(root);
    }

    update(): void {
        const { context, root, sheet, inks } = this;
        if (sheet.parentElement !== root) root.append(sheet, inks.root);
        sheet.ariaLabel = context.text('tooltip') || this.words() || 'Drawing';
        this.schedule();
    }

    invoke(name: string, ratio: number | undefined): Value | Promise<Value> | undefined {
        if (name === 'capture') return this.capture(ratio);
        if (name === 'get_capture') return this.getCapture();
        if (name !== 'clear_capture') return undefined;
        this.captured = undefined;
        this.schedule();
        return null;
    }

    dispose(): void {
        cancelAnimationFrame(this.frame);
        clearTimeout(this.timer);
        this.sizes.disconnect();
        for (const { url } of this.pictures.values()) URL.revokeObjectURL(url);
    }

    private get shapes(): Control[] {
        return this.context.children('shapes');
    }

    private words(): string {
        return this.shapes
            .filter(({ type }) => type === 'Text')
            .map(wordsOf)
            .join(', ');
    }

    private onSize(): void {
        const { offsetWidth: w, offsetHeight: h } = this.root;
        if (w === this.size.w && h === this.size.h) return;
        this.size = { w, h };
        this.schedule();
        clearTimeout(this.timer);
        const wait = number(this.context.get('resize_interval')) ?? 10;
        this.timer = window.setTimeout(() => this.context.emit('resize', { ...this.size }), wait);
    }

    private schedule(): void {
        this.frame ||= requestAnimationFrame(() => {
            this.frame = 0;
            this.paint(this.sheet, devicePixelRatio);
        });
    }

    private paint(sheet: HTMLCanvasElement, ratio: number): void {
        const { w, h } = this.size;
        const ctx = sheet.getContext('2d');
        if (!ctx || !w || !h) return;
        const fine = Math.min(ratio, MOST_PX / w, MOST_PX / h);
        sheet.width = Math.round(w * fine);
        sheet.height = Math.round(h * fine);
        ctx.scale(sheet.width / w, sheet.height / h);
        const style = getComputedStyle(this.root);
        ctx.direction = style.direction === 'rtl' ? 'rtl' : 'ltr';
        if (this.captured) ctx.drawImage(this.captured, 0, 0, w, h);
        this.inks.begin();
        const picture = (shape: Control) => this.picture(shape);
        const { inks } = this;
        drawShapes({ ctx, width: w, height: h, inks, family: style.fontFamily, picture }, this.shapes);
        inks.end();
    }

    private picture(shape: Control): HTMLImageElement | undefined {
        const src = shape.props['src'] ?? null;
        let known = this.pictures.get(shape.id);
        if (known?.src !== src) {
            if (known) URL.revokeObjectURL(known.url);
            const url =
                src instanceof Uint8Array
                    ? URL.createObjectURL(new Blob([src as Uint8Array<ArrayBuffer>]))
                    : imageUrl(src, document.baseURI);
            if (!url) return undefined;
            const one = { src, url, image: new Image(), isReady: false };
            this.pictures.set(shape.id, (known = one));
            one.image.addEventListener('load', () => {
                one.isReady = true;
                this.schedule();
            });
            one.image.src = url;
        }
        return known!.isReady ? known!.image : undefined;
    }

    // What is drawn now stays under what is drawn from here on.
    private async capture(ratio = devicePixelRatio): Promise<Value> {
        if (!this.size.w || !this.shapes.length) return null;
        for (const shape of this.shapes) if (shape.type === 'Image') this.picture(shape);
        await Promise.allSettled([...this.pictures.values()].map(({ image }) => image.decode()));
        const sheet = el('canvas');
        this.paint(sheet, ratio);
        this.captured = sheet;
        return null;
    }

    private async getCapture(): Promise<Value> {
        const { captured } = this;
        if (!captured) return null;
        const blob = await new Promise<Blob | null>((done) => captured.toBlob(done, 'image/png'));
        return blob && new Uint8Array(await blob.arrayBuffer());
    }
}
