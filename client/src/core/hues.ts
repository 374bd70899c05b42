// Colours as pickers turn them: between models, as texts of the protocol, and by what parts a picker shows. Pure.

export type Rgb = readonly [red: number, green: number, blue: number]; // each 0 to 1
export type Model = 'rgb' | 'hsv' | 'hsl';
// Three parts of a model, each 0 to 1, and how much it covers.
export type Hue = { readonly model: Model; readonly parts: Rgb; readonly alpha: number };

const TURN = 360;

export const clamp = (value: number): number => Math.min(Math.max(value, 0), 1);

export function toRgb(model: Model, parts: Rgb): Rgb {
    if (model === 'rgb') return parts;
    const [h, s, third] = parts;
    // Both are a share of the pure hue, between black, white and grey.
    const value = model === 'hsv' ? third : third + s * Math.min(third, 1 - third);
    const share = model === 'hsv' ? s : value > 0 ? 2 * (1 - third / value) : 0;
    const channel = (n: number) => {
        const k = (n + h * 6) % 6;
        return value - value * share * Math.max(0, Math.min(k, 4 - k, 1));
    };
    return [channel(5), channel(3), channel(1)];
}

// Grey has no hue and black no saturation: there they stay what they were.
export function fromRgb(model: Model, rgb: Rgb, before: Rgb = [0, 0, 0]): Rgb {
    if (model === 'rgb') return rgb;
    const [r, g, b] = rgb;
    const most = Math.max(r, g, b);
    const spread = most - Math.min(r, g, b);
    const light = most - spread / 2;
    let hue = before[0];
    if (spread > 0) {
        const turn = most === r ? (g - b) / spread : most === g ? (b - r) / spread + 2 : (r - g) / spread + 4;
        hue = (((turn % 6) + 6) % 6) / 6;
        // A whole turn looks as none does.
        if (hue === 0 && before[0] === 1) hue = 1;
    }
    if (model === 'hsv') return [hue, most > 0 ? spread / most : before[1], most];
    const room = Math.min(light, 1 - light);
    return [hue, room > 0 ? (most - light) / room : before[1], light];
}

export function inModel(hue: Hue, model: Model, before?: Rgb): Rgb {
    return hue.model === model ? hue.parts : fromRgb(model, toRgb(hue.model, hue.parts), before);
}

const byte = (share: number) => Math.round(clamp(share) * 255);
const hex = (share: number) => byte(share).toString(16).padStart(2, '0');

// As the protocol writes it: what covers comes first.
export function written({ model, parts, alpha }: Hue): string {
    return `#${hex(alpha)}${toRgb(model, parts).map(hex).join('')}`;
}

export function cssOf({ model, parts, alpha }: Hue): string {
    return `rgb(${toRgb(model, parts).map(byte).join(' ')} / ${Number(clamp(alpha).toFixed(3))})`;
}

// `#rgb`, `#rrggbb` or `#aarrggbb`, with or without its sign; undefined for what is none.
export function read(text: string): Hue | undefined {
    const digits = /^\s*#?([0-9a-f]+)\s*$/i.exec(text)?.[1] ?? '';
    const long = digits.length === 3 ? [...digits].map((one) => one + one).join('') : digits;
    if (long.length !== 6 && long.length !== 8) return undefined;
    const all = long.match(/../g)!.map((pair) => Number.parseInt(pair, 16) / 255);
    const alpha = all.length === 4 ? all.shift()! : 1;
    return { model: 'rgb', parts: [all[0]!, all[1]!, all[2]!], alpha };
}

export type Palette = { readonly model: Model; readonly x: number; readonly y: number; readonly z: number };

const ORDER: { readonly [model in Model]: readonly string[] } = {
    hsv: ['Hue', 'Saturation', 'Value'],
    hsl: ['Hue', 'Saturation', 'Lightness'],
    rgb: ['Red', 'Green', 'Blue'],
};
// The part that has a slider of its own; the area has the other two.
const SLIDERS: { readonly [type: string]: readonly [Model, number] } = {
    hsv: ['hsv', 0],
    hsvwithhue: ['hsv', 0],
    hsvwithsaturation: ['hsv', 1],
    hsvwithvalue: ['hsv', 2],
    huewheel: ['hsv', 2],
    hsl: ['hsl', 0],
    hslwithhue: ['hsl', 0],
    hslwithsaturation: ['hsl', 1],
    hslwithlightness: ['hsl', 2],
    rgbwithred: ['rgb', 0],
    rgbwithgreen: ['rgb', 1],
    rgbwithblue: ['rgb', 2],
};

export function paletteOf(type: string): Palette {
    const [model, z] = SLIDERS[type.toLowerCase()] ?? SLIDERS['hsv']!;
    const [x, y] = [0, 1, 2].filter((part) => part !== z) as [number, number];
    return { model, x, y, z };
}

export const nameOf = (model: Model, part: number): string => ORDER[model][part]!;

export function withPart(parts: Rgb, part: number, value: number): Rgb {
    return parts.map((one, i) => (i === part ? clamp(value) : one)) as unknown as Rgb;
}

// A part as people say it: degrees, shares of a hundred or of 255.
export function said(model: Model, part: number, value: number): string {
    if (model === 'rgb') return String(byte(value));
    return part === 0 ? `${Math.round(value * TURN)}°` : `${Math.round(value * 100)} %`;
}

// The parts of one model in words, for a read-out.
export function readOut(hue: Hue, type: string): readonly [name: string, value: string][] {
    if (type === 'hex')
        return [
            [
                'Hex',
                written(hue)
                    .slice(hue.alpha < 1 ? 1 : 3)
                    .toUpperCase(),
            ],
        ];
    const model = type as Model;
    const parts = inModel(hue, model);
    return ORDER[model].map((name, i) => [name, said(model, i, parts[i]!)]);
}
