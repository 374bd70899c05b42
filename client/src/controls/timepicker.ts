import type { Context, Widget } from '../dom/widget.ts';
import { hasTwelveHours, readTime, writeTime, type Clock } from '../core/calendar.ts';
import { hand, hourAt, hourMarks, minuteAt, minuteMarks } from '../core/dial.ts';
import { oneOf } from '../core/values.ts';
import { el } from '../dom/elements.ts';
import { Picker } from './picker.ts';

const SIZE_PX = 256;
const HAND_END_PX = 20;

type Part = 'hour' | 'minute';

export function timePicker(context: Context): Widget {
    let now: Clock = { hour: 0, minute: 0 };
    let active: Part = 'hour';
    const picker = new Picker(context, {
        mode: 'dial',
        help: 'Select time',
        confirm: 'OK',
        chosen: () => (isValid() ? { value: writeTime(now) } : undefined),
        onOpen() {
            const clock = new Date();
            now = readTime(context.get('value')) ?? { hour: clock.getHours(), minute: clock.getMinutes() };
            active = 'hour';
            show();
        },
        onMode: () => show(),
        focus: () => parts.hour.input.focus(),
    });
    const isTwelve = () => {
        const format = oneOf(context.get('hour_format'), ['h12', 'h24'] as const);
        return format ? format === 'h12' : hasTwelveHours(picker.language);
    };
    const parts = { hour: part('Hour'), minute: part('Minute') };
    const half = el('div', 't-clock-half');
    const dial = el('div', 't-dial');
    const handLine = el('div', 't-dial-hand');
    const error = el('div', 't-picker-error');
    dial.ariaHidden = 'true';
    error.setAttribute('role', 'alert');
    half.setAttribute('role', 'radiogroup');
    half.ariaLabel = 'Half of the day';
    const halves = ['AM', 'PM'].map((name, at) => {
        const button = el('button', 't-state');
        button.type = 'button';
        button.setAttribute('role', 'radio');
        button.textContent = name;
        button.addEventListener('click', () => set({ ...now, hour: (now.hour % 12) + at * 12 }));
        return button;
    });
    half.append(...halves);
    const fields = el('div', 't-clock-fields');
    const colon = el('span', 't-clock-colon');
    colon.textContent = ':';
    fields.append(parts.hour.label, colon, parts.minute.label, half);
    const face = el('div', 't-clock');
    face.append(fields, error, dial);
    picker.body.append(face);

    function part(name: string) {
        const label = el('label', 't-clock-part');
        const input = el('input');
        const text = el('span');
        input.inputMode = 'numeric';
        input.maxLength = 2;
        input.autocomplete = 'off';
        input.setAttribute('role', 'spinbutton');
        label.append(input, text);
        return { name, label, input, text };
    }

    const shownHour = () => (isTwelve() ? now.hour % 12 || 12 : now.hour);
    const limits = (of: Part): [number, number] => (of === 'minute' ? [0, 59] : isTwelve() ? [1, 12] : [0, 23]);

    function isValid(): boolean {
        return (['hour', 'minute'] as const).every((of) => {
            const value = Number(parts[of].input.value);
            const [least, most] = limits(of);
            return /^\d{1,2}$/.test(parts[of].input.value) && value >= least && value <= most;
        });
    }

    function put(of: Part, value: number): void {
        if (of === 'minute') set({ ...now, minute: value });
        else set({ ...now, hour: isTwelve() ? (value % 12) + (now.hour >= 12 ? 12 : 0) : value });
    }

    function set(next: Clock): void {
        now = next;
        show();
    }

    for (const of of ['hour', 'minute'] as const) {
        const { input } = parts[of];
        input.addEventListener('focus', () => {
            active = of;
            input.select();
            showDial();
        });
        input.addEventListener('input', () => {
            const [least, most] = limits(of);
            const value = Number(input.value);
            const isGood = /^\d{1,2}$/.test(input.value) && value >= least && value <= most;
            input.ariaInvalid = isGood ? null : 'true';
            error.textContent =
                isGood || input.value === '' ? '' : context.text('error_invalid_text') || 'Enter a valid time';
            picker.allow(isValid());
            if (!isGood) return;
            now =
                of === 'minute'
                    ? { ...now, minute: value }
                    : { ...now, hour: isTwelve() ? (value % 12) + (now.hour >= 12 ? 12 : 0) : value };
            showDial();
        });
        input.addEventListener('blur', () => isValid() && show());
        input.addEventListener('keydown', (event) => {
            const step = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0;
            if (!step) return;
            event.preventDefault();
            const [least, most] = limits(of);
            const count = most - least + 1;
            const from = of === 'minute' ? now.minute : shownHour();
            put(of, ((from - least + step + count) % count) + least);
            input.select();
        });
    }

    function pointed(event: PointerEvent): void {
        const area = dial.getBoundingClientRect();
        const [x, y] = [(event.clientX - area.left) / area.width, (event.clientY - area.top) / area.height];
        put(active, active === 'hour' ? hourAt(x, y, isTwelve()) : minuteAt(x, y));
    }
    dial.addEventListener('pointerdown', (event) => {
        event.preventDefault();
        dial.setPointerCapture(event.pointerId);
        pointed(event);
    });
    dial.addEventListener('pointermove', (event) => dial.hasPointerCapture(event.pointerId) && pointed(event));
    // The minute comes after the hour.
    dial.addEventListener('pointerup', () => active === 'hour' && parts.minute.input.focus());

    function show(): void {
        const values = { hour: shownHour(), minute: now.minute };
        for (const of of ['hour', 'minute'] as const) {
            const { input, text, name } = parts[of];
            const isShort = of === 'hour' && isTwelve();
            input.value = String(values[of]).padStart(isShort ? 1 : 2, '0');
            const [least, most] = limits(of);
            input.ariaValueNow = String(values[of]);
            input.ariaValueMin = String(least);
            input.ariaValueMax = String(most);
            input.ariaInvalid = null;
            const label = context.text(`${of}_label_text`);
            text.textContent = label || name;
            text.hidden = !picker.isInput && !label;
            input.ariaLabel = label || name;
        }
        error.textContent = '';
        half.hidden = !isTwelve();
        halves.forEach((button, at) => {
            button.ariaChecked = String(now.hour >= 12 === (at === 1));
            button.tabIndex = 0;
        });
        dial.hidden = picker.isInput;
        face.classList.toggle('t-clock-wide', oneOf(context.get('orientation'), ['landscape']) !== undefined);
        picker.allow(true);
        showDial();
    }

    function showDial(): void {
        for (const of of ['hour', 'minute'] as const) parts[of].input.classList.toggle('t-active', of === active);
        const isHour = active === 'hour';
        const value = isHour ? shownHour() : now.minute;
        const marks = isHour ? hourMarks(isTwelve()) : minuteMarks();
        const { turn, reach } = hand(value, isHour, isTwelve());
        handLine.style.height = `${reach * SIZE_PX - HAND_END_PX}px`;
        handLine.style.rotate = `${turn + 0.5}turn`;
        dial.replaceChildren(
            handLine,
            ...marks.map((mark) => {
                const text = el('span', mark.isInner ? 't-dial-inner' : '');
                text.textContent = String(mark.value).padStart(isHour && isTwelve() ? 1 : 2, '0');
                text.style.left = `${mark.x * 100}%`;
                text.style.top = `${mark.y * 100}%`;
                text.classList.toggle('t-chosen', mark.value === value);
                return text;
            }),
        );
    }

    return {
        root: picker.root,
        update: () => void (context.rootStyle = picker.update()),
        dispose: () => picker.modal.dispose(),
    };
}
