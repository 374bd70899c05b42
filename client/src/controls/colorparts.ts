// What the colour pickers are made of: an area of two parts of a colour, sliders of one, swatches, colours of the page.

import { cssOf, nameOf, read, said, toRgb, withPart, clamp, type Hue, type Palette, type Rgb } from '../core/hues.ts';
import { color, lookup } from '../core/values.ts';
import type { Value } from '../core/tree.ts';
import { el, setAttribute } from '../dom/elements.ts';
import { loadPalette } from '../dom/palette.ts';
import { adopt } from '../dom/sheet.ts';
import { setStyle } from '../dom/style.ts';
import css from './colorpickers.css?text';

adopt(css);

const SAMPLES = 48;
const STOPS = 12;
const KEY_STEP = 0.01;
const BIG_STEP = 0.1;
const STEPS: { readonly [key: string]: readonly [number, number] } = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, 1],
    ArrowDown: [0, -1],
};

// A colour of the page, as numbers: by its name it is what the page's theme says.
export async function resolve(root: HTMLElement, value: Value | undefined): Promise<Hue | undefined> {
    const written = typeof value === 'string' ? read(value) : undefined;
    const css = color(value ?? null);
    if (written || !css) return written;
    if (css.includes('var(--c-')) await loadPalette();
    const probe = el('i');
    probe.style.color = css;
    root.append(probe);
    const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
    context.fillStyle = getComputedStyle(probe).color;
    probe.remove();
    context.fillRect(0, 0, 1, 1);
    const [r = 0, g = 0, b = 0, a = 255] = context.getImageData(0, 0, 1, 1).data;
    return { model: 'rgb', parts: [r / 255, g / 255, b / 255], alpha: a / 255 };
}

// What people call a colour that an app names.
export function spoken(value: Value): string {
    const name = typeof value === 'string' ? value.trim() : '';
    if (!name || name.startsWith('#') || name.startsWith('0x')) return name.toUpperCase();
    const words = name
        .replace(/_|,.*$/g, ' ')
        .replace(/([a-z])([A-Z0-9])/g, '$1 $2')
        .trim()
        .toLowerCase();
    return (lookup(SPOKEN, words) ?? words).replace(/^./, (first) => first.toUpperCase());
}

const SPOKEN: { readonly [name: string]: string } = {
    deeppurple: 'deep purple',
    lightblue: 'light blue',
    lightgreen: 'light green',
    deeporange: 'deep orange',
    bluegrey: 'blue grey',
};

// Two parts at once: by pointer, or by the arrow keys. As a wheel its first part goes around and its second outwards.
export class Area {
    readonly root = el('div', 't-hue-area');
    private readonly canvas = el('canvas');
    private readonly thumb = el('span', 't-hue-thumb');
    private palette: Palette = { model: 'hsv', x: 1, y: 2, z: 0 };
    private parts: Rgb = [0, 0, 0];
    private isWheel = false;
    private isOff = false;
    private shown = '';

    constructor(private readonly onChange: (parts: Rgb) => void) {
        const { root, canvas, thumb } = this;
        canvas.ariaHidden = 'true';
        canvas.width = canvas.height = SAMPLES;
        root.append(canvas, thumb);
        thumb.setAttribute('role', 'slider');
        thumb.setAttribute('aria-valuemin', '0');
        thumb.setAttribute('aria-valuemax', '100');
        root.addEventListener('pointerdown', (event) => {
            if (this.isOff || event.button !== 0) return;
            event.preventDefault();
            root.setPointerCapture(event.pointerId);
            thumb.focus();
            this.point(event);
        });
        root.addEventListener('pointermove', (event) => root.hasPointerCapture(event.pointerId) && this.point(event));
        thumb.addEventListener('keydown', (event) => this.key(event));
    }

    show(palette: Palette, parts: Rgb, isWheel: boolean, isOff: boolean, fill: string | undefined): void {
        Object.assign(this, { palette, parts, isWheel, isOff });
        const { root, thumb } = this;
        const [x, y] = [parts[palette.x]!, parts[palette.y]!];
        root.classList.toggle('t-hue-wheel', isWheel);
        this.paint();
        const turn = x * 2 * Math.PI;
        const [left, top] = isWheel ? [0.5 + (Math.cos(turn) * y) / 2, 0.5 - (Math.sin(turn) * y) / 2] : [x, 1 - y];
        setStyle(thumb, { left: `${left * 100}%`, top: `${top * 100}%`, 'background-color': fill });
        const names = [palette.x, palette.y].map((part) => nameOf(palette.model, part));
        thumb.ariaLabel = names.join(' and ');
        thumb.ariaValueText = [palette.x, palette.y]
            .map((part, i) => `${names[i]} ${said(palette.model, part, parts[part]!)}`)
            .join(', ');
        thumb.setAttribute('aria-valuenow', String(Math.round(x * 100)));
        thumb.tabIndex = isOff ? -1 : 0;
        setAttribute(thumb, 'aria-disabled', isOff ? 'true' : undefined);
    }

    // A small picture, which the browser makes smooth as it enlarges it.
    private paint(): void {
        const { palette, parts, isWheel, canvas } = this;
        const key = `${palette.model} ${palette.z} ${parts[palette.z]} ${isWheel}`;
        if (key === this.shown) return;
        this.shown = key;
        const context = canvas.getContext('2d')!;
        const image = context.createImageData(SAMPLES, SAMPLES);
        const last = SAMPLES - 1;
        for (let at = 0; at < SAMPLES * SAMPLES; at++) {
            const [u, v] = [(at % SAMPLES) / last, 1 - Math.floor(at / SAMPLES) / last];
            const [x, y] = isWheel ? polar(u, v) : [u, v];
            const rgb = toRgb(palette.model, withPart(withPart(parts, palette.x, x), palette.y, y));
            image.data.set([...rgb.map((one) => Math.round(one * 255)), 255], at * 4);
        }
        context.putImageData(image, 0, 0);
    }

    private point(event: PointerEvent): void {
        const area = this.root.getBoundingClientRect();
        const [u, v] = [(event.clientX - area.left) / area.width, 1 - (event.clientY - area.top) / area.height];
        const [x, y] = this.isWheel ? polar(u, v) : [clamp(u), clamp(v)];
        this.put(x, y);
    }

    private put(x: number, y: number): void {
        const { palette, parts } = this;
        this.onChange(withPart(withPart(parts, palette.x, x), palette.y, y));
    }

    private key(event: KeyboardEvent): void {
        const step = Object.hasOwn(STEPS, event.key) ? STEPS[event.key]! : undefined;
        if (!step || this.isOff) return;
        event.preventDefault();
        const far = event.shiftKey ? BIG_STEP : KEY_STEP;
        const { palette, parts } = this;
        this.put(clamp(parts[palette.x]! + step[0] * far), clamp(parts[palette.y]! + step[1] * far));
    }
}

function polar(u: number, v: number): [turn: number, reach: number] {
    const [x, y] = [u * 2 - 1, v * 2 - 1];
    const turn = Math.atan2(y, x) / (2 * Math.PI);
    return [(turn + 1) % 1, Math.min(Math.hypot(x, y), 1)];
}

// One part, on a track that shows what it would make of the colour.
export class Track {
    readonly root = el('label', 't-hue-line');
    private readonly name = el('span', 't-hue-name');
    readonly input = el('input', 't-hue-track');
    private readonly value = el('output', 't-hue-value');

    constructor(onChange: (value: number) => void) {
        const { input } = this;
        input.type = 'range';
        input.min = '0';
        input.max = '1';
        input.step = '0.001';
        input.addEventListener('input', () => onChange(Number(input.value)));
        // The arrow keys go as far as in the area.
        input.addEventListener('keydown', (event) => {
            const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
            if (!by) return;
            event.preventDefault();
            input.value = String(clamp(Number(input.value) + by * (event.shiftKey ? BIG_STEP : KEY_STEP)));
            onChange(Number(input.value));
        });
        this.root.append(this.name, input, this.value);
        this.value.ariaHidden = 'true';
    }

    // `colorAt` is the colour that a share of the way would make.
    show(name: string, at: number, words: string, colorAt: (share: number) => string, isOff: boolean): void {
        const { input, value } = this;
        this.name.textContent = name;
        input.value = String(at);
        input.ariaValueText = words;
        input.ariaLabel = name;
        input.disabled = isOff;
        value.textContent = words;
        const stops = Array.from({ length: STOPS + 1 }, (_, i) => colorAt(i / STOPS));
        setStyle(input, { '--t-track': `linear-gradient(to right, ${stops.join(', ')})` });
    }

    parts(hasName: boolean, hasValue: boolean): void {
        this.name.hidden = !hasName;
        this.value.hidden = !hasValue;
    }
}

export const trackOf = (hue: Hue, part: number) => (share: number) =>
    cssOf({ ...hue, parts: withPart(hue.parts, part, share), alpha: 1 });
export const alphaTrack = (hue: Hue) => (share: number) => cssOf({ ...hue, alpha: share });

// A place that shows a colour and can be chosen.
export function swatch(name: string, css: string | undefined, isChosen: boolean, isOff: boolean, role: string) {
    const root = el('button', 't-hue-swatch');
    root.type = 'button';
    root.setAttribute('role', role);
    root.setAttribute('aria-checked', String(isChosen));
    root.ariaLabel = name;
    root.title = name;
    root.disabled = isOff;
    setStyle(root, { '--t-swatch': css });
    return root;
}
