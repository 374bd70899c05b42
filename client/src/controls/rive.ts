// Animations of Rive, drawn on a canvas by its player in a worker (players/rive.ts).

import type { Context, Widget } from '../dom/widget.ts';
import type { RivePointer, RiveRules, RiveSize } from '../core/rive.ts';
import { isMap, type Value } from '../core/tree.ts';
import { number, point, text } from '../core/values.ts';
import { el, setAttribute } from '../dom/elements.ts';
import { adopt } from '../dom/sheet.ts';
import { motionBytes } from './motionfile.ts';
import { RivePlayer } from './riveplayer.ts';
import css from './rive.css?text';

const POINTERS: { readonly [type: string]: RivePointer } = {
    pointerdown: 'down',
    pointermove: 'move',
    pointerup: 'up',
    pointerleave: 'exit',
    pointercancel: 'exit',
};

type Facts = { readonly width: number; readonly height: number; readonly listens: boolean };

export function rive(context: Context): Widget {
    adopt(css);
    const root = el('div', 't-rive');
    const instead = el('div');
    const why = el('p');
    why.hidden = true;
    why.setAttribute('role', 'status');
    root.append(instead, why);
    const figure = new Figure(context, root, instead, why);
    return {
        root,
        update: () => figure.update(),
        dispose: () => figure.dispose(),
    };
}

class Figure {
    private readonly player: RivePlayer;
    private readonly calm = matchMedia('(prefers-reduced-motion: reduce)');
    private readonly observer = new ResizeObserver(() => this.resize());
    private readonly ends = new AbortController();
    private canvas: HTMLCanvasElement | undefined;
    private id: number | undefined;
    private src: Value | undefined;
    private way = '';
    private told = '';
    private facts: Facts | undefined;

    constructor(
        private readonly context: Context,
        private readonly root: HTMLElement,
        private readonly instead: HTMLElement,
        private readonly why: HTMLElement,
    ) {
        this.player = context.surface.of(RivePlayer);
        this.calm.addEventListener('change', () => this.tell(), { signal: this.ends.signal });
    }

    update(): void {
        const { context } = this;
        this.dress();
        const src = context.get('src');
        // One that has no such artboard is none; another may have it.
        const way = JSON.stringify([context.get('headers') ?? null, context.text('artboard')]);
        const isSame = src === this.src && way === this.way;
        // Until there is something to see.
        if (!isSame) this.why.hidden = true;
        context.place(this.instead, this.facts || !this.why.hidden ? [] : context.children('placeholder'));
        if (isSame) return this.tell();
        this.src = src;
        this.way = way;
        void this.load(src, way);
    }

    dispose(): void {
        this.ends.abort();
        this.close();
    }

    private async load(src: Value | undefined, way: string): Promise<void> {
        const isLast = () => src === this.src && way === this.way && !this.ends.signal.aborted;
        try {
            const bytes = await motionBytes(src, this.context.get('headers'));
            if (isLast()) this.open(bytes);
        } catch (error) {
            if (isLast()) this.fail((error as Error).message);
        }
    }

    // A canvas is handed to the player once and for all: each animation has its own.
    private open(bytes: Uint8Array): void {
        // The player stays where there is always one to play.
        const before = this.id;
        this.id = undefined;
        this.close();
        const canvas = (this.canvas = el('canvas'));
        for (const type of Object.keys(POINTERS))
            canvas.addEventListener(type, (event) => this.onPointer(event as PointerEvent));
        this.root.append(canvas);
        this.dress();
        this.observer.observe(canvas);
        const part = {
            opened: (facts: Facts) => this.opened(facts),
            failed: (message: string) => this.fail(message),
        };
        this.id = this.player.open(part, { bytes, canvas, rules: this.rules(), size: this.size() });
        if (before !== undefined) this.player.close(before);
    }

    private opened(facts: Facts): void {
        this.facts = facts;
        this.dress();
        this.context.place(this.instead, []);
        // What changed while it came.
        this.told = '';
        this.tell();
        this.resize();
    }

    private fail(message: string): void {
        this.close();
        this.context.place(this.instead, []);
        this.why.textContent = message;
        this.why.hidden = false;
    }

    private close(): void {
        this.observer.disconnect();
        this.canvas?.remove();
        if (this.id !== undefined) this.player.close(this.id);
        this.canvas = this.id = this.facts = undefined;
        this.told = '';
    }

    private tell(): void {
        const rules = this.rules();
        const words = JSON.stringify(rules);
        if (this.id === undefined || words === this.told) return;
        this.told = words;
        this.player.say({ kind: 'rules', id: this.id, rules });
    }

    private resize(): void {
        if (this.id !== undefined) this.player.say({ kind: 'size', id: this.id, size: this.size() });
    }

    private size(): RiveSize {
        const { clientWidth: width, clientHeight: height } = this.canvas!;
        return { width, height, scale: devicePixelRatio };
    }

    private onPointer(event: PointerEvent): void {
        if (!this.facts?.listens || this.id === undefined || this.context.isDisabled) return;
        const what = POINTERS[event.type]!;
        this.player.say({
            kind: 'pointer',
            id: this.id,
            what,
            x: event.offsetX,
            y: event.offsetY,
            finger: event.pointerId,
        });
    }

    // Where people want no motion it shows where it begins.
    private rules(): RiveRules {
        const { context } = this;
        const names = (name: string) => {
            const value = context.get(name);
            return Array.isArray(value) ? value.map(text) : [];
        };
        return {
            artboard: context.text('artboard'),
            animations: names('animations'),
            machines: names('state_machines'),
            fit: context.text('fit') || 'contain',
            alignment: point(context.get('alignment')) ?? { x: 0, y: 0 },
            speed: number(context.get('speed_multiplier')) ?? 1,
            runs: !this.calm.matches,
        };
    }

    private dress(): void {
        const { canvas, context } = this;
        if (!canvas) return;
        const label = context.text('tooltip');
        setAttribute(canvas, 'role', label ? 'img' : undefined);
        setAttribute(canvas, 'aria-label', label || undefined);
        setAttribute(canvas, 'aria-hidden', label ? undefined : 'true');
        // A size that the app gives the control goes before the artboard's.
        for (const side of ['width', 'height'] as const) {
            const isOwn = this.facts && context.is('use_artboard_size') && context.get(side) == null;
            canvas.style[side] = isOwn ? `${this.facts![side]}px` : '';
        }
        canvas.style.clipPath = clipOf(context.get('clip_rect'));
    }
}

function clipOf(rect: Value | undefined): string {
    if (!isMap(rect)) return '';
    const [left, top, right, bottom] = ['left', 'top', 'right', 'bottom'].map((name) => `${number(rect[name]) ?? 0}px`);
    return `polygon(${left} ${top}, ${right} ${top}, ${right} ${bottom}, ${left} ${bottom})`;
}
