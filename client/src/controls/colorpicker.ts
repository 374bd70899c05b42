// ColorPicker, HueRingPicker and SlidePicker: any colour, by an area, a ring or sliders.

import type { Context, Factory, Widget } from '../dom/widget.ts';
import {
    cssOf,
    inModel,
    nameOf,
    paletteOf,
    read,
    readOut,
    said,
    withPart,
    written,
    type Hue,
    type Model,
    type Rgb,
} from '../core/hues.ts';
import { isMap } from '../core/tree.ts';
import { color, number, oneOf, point, px, radius, textStyle } from '../core/values.ts';
import { el, setAttribute } from '../dom/elements.ts';
import { setStyle } from '../dom/style.ts';
import { alphaTrack, Area, resolve, swatch, Track, trackOf } from './colorparts.ts';

const READ_OUTS = ['hex', 'rgb', 'hsv', 'hsl'] as const;
const RING_PX = 250;
const AREA_PX = 300;

export const colorPicker: Factory = (context) => new AnyColor(context, new AreaLook(context)).widget();
export const hueRingPicker: Factory = (context) => new AnyColor(context, new RingLook(context)).widget();
export const slidePicker: Factory = (context) => new AnyColor(context, new SlidesLook(context)).widget();

type Look = {
    readonly parts: readonly HTMLElement[];
    readonly hasAlpha: boolean;
    onChange: (hue: Hue) => void;
    show(hue: Hue, isOff: boolean): void;
    readonly isWide?: boolean;
};

// What the three have in common: the colour, who changed it last, and the slider for how much it covers.
class AnyColor {
    private readonly root = el('div', 't-hue');
    private readonly alpha = new Track((alpha) => this.change({ ...this.hue, alpha }));
    private hue: Hue = { model: 'hsv', parts: [0, 0, 0], alpha: 1 };
    private told = '';
    private wanted = '';

    constructor(
        private readonly context: Context,
        private readonly look: Look,
    ) {
        look.onChange = (hue) => this.change(hue);
        this.root.append(...look.parts);
        this.root.setAttribute('role', 'group');
    }

    widget(): Widget {
        return { root: this.root, update: () => this.update() };
    }

    private update(): void {
        const { context, root } = this;
        root.ariaLabel = context.text('tooltip') || 'Colour';
        root.classList.toggle('t-disabled', context.isDisabled);
        void this.take();
        this.show();
    }

    // The app's colour, unless it is the one that was told last.
    private async take(): Promise<void> {
        const { context } = this;
        const hsv = context.get('hsv_color');
        const said = JSON.stringify([context.get('color') ?? null, hsv ?? null]);
        if (said === this.wanted) return;
        this.wanted = said;
        const own = isMap(hsv) ? hsvOf(hsv) : await resolve(this.root, context.get('color'));
        if (!own || said !== this.wanted || written(own) === this.told) return;
        this.hue = own;
        this.show();
    }

    private change(hue: Hue): void {
        const { context } = this;
        if (context.isDisabled) return;
        this.hue = hue;
        this.told = written(hue);
        const [h, saturation, value] = inModel(hue, 'hsv', hue.parts);
        context.set({ color: this.told });
        this.wanted = JSON.stringify([this.told, context.get('hsv_color') ?? null]);
        context.emit('color_change', this.told);
        context.emit('hsv_color_change', { alpha: hue.alpha, hue: h * 360, saturation, value });
        this.show();
    }

    private show(): void {
        const { context, look, alpha, hue, root } = this;
        look.show(hue, context.isDisabled);
        const solid = cssOf({ ...hue, alpha: 1 });
        const hasThumb = context.is('display_thumb_color', true);
        const style = { width: px(context.get('color_picker_width')), '--t-hue-thumb': hasThumb ? solid : undefined };
        context.rootStyle = style;
        setStyle(root, style);
        root.classList.toggle('t-hue-wide', look.isWide ?? false);
        if (!look.hasAlpha) return alpha.root.remove();
        const share = `${Math.round(hue.alpha * 100)} %`;
        alpha.show('Opacity', hue.alpha, share, alphaTrack(hue), context.isDisabled);
        const lines = root.querySelector('.t-hue-lines');
        if (alpha.root.parentElement !== lines) lines?.append(alpha.root);
    }
}

function hsvOf(map: { [name: string]: unknown }): Hue {
    const part = (name: string, whole = 1) => (Number(map[name]) || 0) / whole;
    return { model: 'hsv', parts: [part('hue', 360), part('saturation'), part('value')], alpha: part('alpha') };
}

class AreaLook implements Look {
    onChange: (hue: Hue) => void = () => undefined;
    private hue: Hue = { model: 'hsv', parts: [0, 0, 0], alpha: 1 };
    private readonly area = new Area((parts) => this.onChange({ ...this.hue, parts }));
    private readonly slider = new Track((value) => this.turn(value));
    private readonly now = el('button', 't-hue-now');
    private readonly said = el('dl', 't-hue-said');
    private readonly bar = el('label', 't-hue-hex');
    private readonly input = el('input');
    private readonly history = el('div', 't-hue-swatches');
    readonly parts: readonly HTMLElement[];

    constructor(private readonly context: Context) {
        const row = el('div', 't-hue-row');
        const lines = el('div', 't-hue-lines');
        lines.append(this.slider.root);
        row.append(this.now, lines);
        this.slider.parts(false, false);
        this.now.type = 'button';
        this.now.addEventListener('click', () => this.keep());
        const name = el('span');
        name.textContent = 'Hex';
        this.input.maxLength = 9;
        this.input.spellcheck = false;
        this.input.autocomplete = 'off';
        this.input.addEventListener('input', () => this.type());
        this.input.addEventListener('blur', () => this.show(this.hue, this.context.isDisabled));
        this.bar.append(name, this.input);
        this.history.setAttribute('role', 'radiogroup');
        this.history.ariaLabel = 'Kept colours';
        this.parts = [this.area.root, row, this.said, this.bar, this.history];
    }

    get hasAlpha(): boolean {
        return this.context.is('enable_alpha', true);
    }

    show(hue: Hue, isOff: boolean): void {
        const { context } = this;
        const type = context.text('palette_type') || 'hsv';
        const palette = paletteOf(type);
        const own = { ...hue, model: palette.model, parts: inModel(hue, palette.model, this.hue.parts) };
        this.hue = own;
        const solid = cssOf({ ...own, alpha: 1 });
        const isWheel = type.toLowerCase() === 'huewheel';
        const fill = context.is('display_thumb_color', true) ? solid : undefined;
        this.area.show(palette, own.parts, isWheel, isOff, fill);
        const width = number(context.get('color_picker_width')) ?? AREA_PX;
        const share = number(context.get('picker_area_height_percent'));
        setStyle(this.area.root, {
            height: share === undefined ? undefined : `${width * share}px`,
            '--t-hue-corner': radius(context.get('picker_area_border_radius')),
        });
        const { model, z } = palette;
        const at = own.parts[z]!;
        const pure = z === 0 && model !== 'rgb' ? { ...own, parts: pureOf(model) } : own;
        this.slider.show(nameOf(model, z), at, said(model, z, at), trackOf(pure, z), isOff);
        setStyle(this.now, { '--t-swatch': cssOf(own) });
        this.now.ariaLabel = `Keep this colour, ${written(own).toUpperCase()}`;
        this.now.disabled = isOff || context.get('color_history') === undefined;
        this.showTexts(own, isOff);
        this.showHistory(own, isOff);
    }

    private turn(value: number): void {
        const { z } = paletteOf(this.context.text('palette_type') || 'hsv');
        this.onChange({ ...this.hue, parts: withPart(this.hue.parts, z, value) });
    }

    private showTexts(hue: Hue, isOff: boolean): void {
        const { context, said, bar, input } = this;
        showSaid(context, said, hue, ['hex', 'rgb', 'hsv']);
        bar.hidden = !context.is('hex_input_bar', true);
        input.disabled = isOff;
        if (document.activeElement === input) return;
        input.value = written(hue).slice(this.hasAlpha ? 1 : 3);
        setAttribute(input, 'aria-invalid', undefined);
    }

    private type(): void {
        const typed = read(this.input.value);
        setAttribute(this.input, 'aria-invalid', typed ? undefined : 'true');
        if (typed) this.onChange(this.hasAlpha ? typed : { ...typed, alpha: 1 });
    }

    private get kept(): string[] {
        const list = this.context.get('color_history');
        return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : [];
    }

    private keep(): void {
        this.tell([...this.kept.filter((one) => one !== written(this.hue)), written(this.hue)]);
    }

    private tell(list: string[]): void {
        this.context.set({ color_history: list });
        this.context.emit('history_change', list);
        this.show(this.hue, this.context.isDisabled);
    }

    // Delete takes one away again.
    private showHistory(hue: Hue, isOff: boolean): void {
        const { history, kept } = this;
        history.hidden = !kept.length;
        history.replaceChildren(
            ...kept.map((one) => {
                const isNow = one.toLowerCase() === written(hue);
                const made = swatch(one.toUpperCase(), color(one), isNow, isOff, 'radio');
                made.classList.add('t-hue-small');
                made.addEventListener('click', () => {
                    const chosen = read(one);
                    if (chosen) this.onChange(chosen);
                });
                made.addEventListener('keydown', ({ key }) => {
                    if (key === 'Delete' || key === 'Backspace') this.tell(kept.filter((other) => other !== one));
                });
                return made;
            }),
        );
    }
}

// The colour in the words of the models that the app asks for.
function showSaid(context: Context, list: HTMLElement, hue: Hue, otherwise: readonly string[]): void {
    const asked = context.get('label_types');
    const types = Array.isArray(asked) ? asked.map((one) => oneOf(one, READ_OUTS)).filter((one) => one) : otherwise;
    const words = types.map((type) => readOut(hue, type!));
    list.hidden = !words.length;
    list.replaceChildren(
        ...words.map((pairs, i) => {
            const line = el('div');
            const [name, value] = [el('dt'), el('dd')];
            name.textContent = types[i]!.toUpperCase();
            value.textContent = pairs.map(([, one]) => one).join(' ');
            setStyle(line, textStyle(context.get('label_text_style')));
            line.append(name, value);
            return line;
        }),
    );
}

const pureOf = (model: Model): Rgb => (model === 'hsl' ? [0, 1, 0.5] : [0, 1, 1]);

class RingLook implements Look {
    onChange: (hue: Hue) => void = () => undefined;
    private hue: Hue = { model: 'hsv', parts: [0, 0, 0], alpha: 1 };
    private readonly ring = el('div', 't-hue-ring');
    private readonly turn = el('div', 't-hue-ring-turn');
    private readonly thumb = el('span', 't-hue-thumb');
    private readonly area = new Area((parts) => this.onChange({ ...this.hue, parts }));
    private readonly now = el('div', 't-hue-now');
    private readonly row = el('div', 't-hue-row');
    readonly parts: readonly HTMLElement[];

    constructor(private readonly context: Context) {
        const { ring, turn, thumb } = this;
        thumb.setAttribute('role', 'slider');
        thumb.setAttribute('aria-valuemin', '0');
        thumb.setAttribute('aria-valuemax', '360');
        thumb.ariaLabel = 'Hue';
        turn.addEventListener('pointerdown', (event) => {
            if (context.isDisabled || event.button !== 0) return;
            event.preventDefault();
            turn.setPointerCapture(event.pointerId);
            thumb.focus();
            this.point(event);
        });
        turn.addEventListener('pointermove', (event) => turn.hasPointerCapture(event.pointerId) && this.point(event));
        thumb.addEventListener('keydown', (event) => {
            const by = { ArrowLeft: 1, ArrowUp: 1, ArrowRight: -1, ArrowDown: -1 }[event.key];
            if (!by || context.isDisabled) return;
            event.preventDefault();
            this.put(this.hue.parts[0] + (by * (event.shiftKey ? 10 : 1)) / 360);
        });
        ring.append(turn, this.area.root, thumb);
        const lines = el('div', 't-hue-lines');
        this.row.append(this.now, lines);
        this.parts = [ring, this.row];
    }

    get hasAlpha(): boolean {
        return this.context.is('enable_alpha');
    }

    // Beside each other where there is room, unless the app wants them one above the other.
    get isWide(): boolean {
        return !this.context.is('portrait_only');
    }

    show(hue: Hue, isOff: boolean): void {
        const { context, ring, thumb, area, now } = this;
        const own = { ...hue, model: 'hsv' as const, parts: inModel(hue, 'hsv', this.hue.parts) };
        this.hue = own;
        const size = number(context.get('color_picker_height')) ?? RING_PX;
        const stroke = number(context.get('hue_ring_stroke_width')) ?? 20;
        setStyle(ring, { '--t-ring': `${size}px`, '--t-stroke': `${stroke}px` });
        setStyle(area.root, {
            inset: `${Math.round(size * 0.16 + stroke * 0.75)}px`,
            '--t-hue-corner': radius(context.get('picker_area_border_radius')),
        });
        area.show({ model: 'hsv', x: 1, y: 2, z: 0 }, own.parts, false, isOff, cssOf({ ...own, alpha: 1 }));
        const turn = own.parts[0] * 2 * Math.PI;
        const reach = 50 - (stroke / size) * 50;
        setStyle(thumb, {
            left: `${50 + reach * Math.cos(turn)}%`,
            top: `${50 - reach * Math.sin(turn)}%`,
            'background-color': cssOf({ model: 'hsv', parts: [own.parts[0], 1, 1], alpha: 1 }),
        });
        const words = said('hsv', 0, own.parts[0]);
        thumb.ariaValueText = words;
        thumb.setAttribute('aria-valuenow', String(Math.round(own.parts[0] * 360)));
        thumb.tabIndex = isOff ? -1 : 0;
        setStyle(now, { '--t-swatch': cssOf(own) });
    }

    private point(event: PointerEvent): void {
        const area = this.ring.getBoundingClientRect();
        const [x, y] = [event.clientX - area.left - area.width / 2, area.top + area.height / 2 - event.clientY];
        this.put(Math.atan2(y, x) / (2 * Math.PI));
    }

    private put(turn: number): void {
        this.onChange({ ...this.hue, parts: withPart(this.hue.parts, 0, ((turn % 1) + 1) % 1) });
    }
}

class SlidesLook implements Look {
    onChange: (hue: Hue) => void = () => undefined;
    private hue: Hue = { model: 'rgb', parts: [0, 0, 0], alpha: 1 };
    private readonly now = el('div', 't-hue-now t-hue-box');
    private readonly lines = el('div', 't-hue-lines');
    private readonly said = el('dl', 't-hue-said');
    private readonly tracks = [0, 1, 2].map(
        (part) => new Track((value) => this.onChange({ ...this.hue, parts: withPart(this.hue.parts, part, value) })),
    );
    readonly parts: readonly HTMLElement[];

    constructor(private readonly context: Context) {
        this.lines.append(...this.tracks.map(({ root }) => root));
        this.parts = [this.now, this.lines, this.said];
    }

    get hasAlpha(): boolean {
        return this.context.is('enable_alpha', true);
    }

    show(hue: Hue, isOff: boolean): void {
        const { context, now, lines } = this;
        const model = oneOf(context.get('color_model'), ['rgb', 'hsv', 'hsl'] as const) ?? 'rgb';
        const own = { ...hue, model, parts: inModel(hue, model, this.hue.parts) };
        this.hue = own;
        this.showBox(own);
        const hasText = context.is('show_slider_text', true);
        const isNamed = context.is('show_params', true);
        for (const [part, track] of this.tracks.entries()) {
            const at = own.parts[part]!;
            track.show(nameOf(model, part), at, said(model, part, at), trackOf(own, part), isOff);
        }
        for (const line of lines.querySelectorAll<HTMLElement>('.t-hue-line')) {
            line.querySelector<HTMLElement>('.t-hue-name')!.hidden = !isNamed;
            line.querySelector<HTMLElement>('.t-hue-value')!.hidden = !hasText;
            setStyle(line.querySelector<HTMLElement>('.t-hue-value')!, textStyle(context.get('slider_text_style')));
        }
        const size = context.get('slider_size');
        setStyle(lines, {
            width: isMap(size) ? px(size['width']) : undefined,
            '--t-hue-slider-height': isMap(size) ? px(Math.min(number(size['height']) ?? 12, 24)) : undefined,
        });
        if (context.is('show_label', true)) showSaid(context, this.said, own, ['rgb', 'hsv']);
        else this.said.hidden = true;
        now.hidden = !context.is('show_indicator', true);
    }

    // From where to where the indicator goes from what covers nothing to the colour.
    private showBox(hue: Hue): void {
        const { context, now } = this;
        const size = context.get('indicator_size');
        const begin = point(context.get('indicator_alignment_begin')) ?? { x: -1, y: -3 };
        const end = point(context.get('indicator_alignment_end')) ?? { x: 1, y: 3 };
        const angle = Math.round((Math.atan2(end.y - begin.y, end.x - begin.x) * 180) / Math.PI + 90);
        const solid = cssOf({ ...hue, alpha: 1 });
        setStyle(now, {
            width: isMap(size) ? px(size['width']) : undefined,
            height: isMap(size) ? px(size['height']) : undefined,
            '--t-hue-box-corner': radius(context.get('indicator_border_radius')),
            'background-image':
                hue.alpha < 1
                    ? `linear-gradient(${angle}deg, ${solid} 50%, ${cssOf(hue)} 50%), repeating-conic-gradient(#bbb 0 25%, #fff 0 50%)`
                    : undefined,
            'background-size': hue.alpha < 1 ? 'auto, 8px 8px' : undefined,
            '--t-swatch': cssOf(hue),
        });
    }
}
