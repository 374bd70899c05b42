// Services of the device, as far as a browser has them. On demand.

import { number, text } from '../core/values.ts';
import type { Value, ValueMap } from '../core/tree.ts';
import type { Surface } from '../dom/surface.ts';

type Method = (args: ValueMap, surface: Surface) => Value | Promise<Value>;
type Battery = { level: number; charging: boolean };
type Net = { type?: string };

function wanted<T>(feature: T | undefined, name: string): T {
    if (feature === undefined) throw new Error(`${name} is not supported by this browser`);
    return feature;
}

class Held {
    lock: WakeLockSentinel | undefined;
}

const wakelock: { [name: string]: Method } = {
    async enable(_args, surface) {
        const held = surface.of(Held);
        const locks = wanted<WakeLock>(navigator.wakeLock, 'Wakelock');
        held.lock = held.lock && !held.lock.released ? held.lock : await locks.request('screen');
        return null;
    },
    async disable(_args, surface) {
        const held = surface.of(Held);
        await held.lock?.release();
        held.lock = undefined;
        return null;
    },
    is_enabled: (_args, surface) => surface.of(Held).lock?.released === false,
};

async function share(data: ShareData): Promise<Value> {
    const api = navigator as { share?: (data: ShareData) => Promise<void> };
    if (!api.share) return { status: 'unavailable', raw: '' };
    try {
        await api.share(data);
        return { status: 'success', raw: '' };
    } catch (error) {
        if ((error as Error).name === 'AbortError') return { status: 'dismissed', raw: '' };
        throw error;
    }
}

const sharing: { [name: string]: Method } = {
    share_text: (args) => share({ text: text(args['text']), title: text(args['title']) }),
    share_uri: (args) => share({ url: text(args['uri']) }),
};

const buzz =
    (ms: number): Method =>
    () => {
        navigator.vibrate?.(ms);
        return null;
    };

const haptics: { [name: string]: Method } = {
    heavy_impact: buzz(30),
    medium_impact: buzz(20),
    light_impact: buzz(10),
    selection_click: buzz(5),
    vibrate: buzz(300),
};

async function power(): Promise<Battery> {
    const api = navigator as { getBattery?: () => Promise<Battery> };
    return wanted(api.getBattery, 'Battery').call(navigator);
}

const battery: { [name: string]: Method } = {
    get_battery_level: async () => Math.round((await power()).level * 100),
    async get_battery_state() {
        const { level, charging } = await power();
        return !charging ? 'discharging' : level === 1 ? 'full' : 'charging';
    },
};

const KINDS = new Set(['bluetooth', 'ethernet', 'wifi', 'none']);

const connectivity: { [name: string]: Method } = {
    get_connectivity() {
        if (!navigator.onLine) return ['none'];
        const type = (navigator as { connection?: Net }).connection?.type ?? 'other';
        return [type === 'cellular' ? 'mobile' : KINDS.has(type) ? type : 'other'];
    },
};

const prefers = (query: string): boolean => matchMedia(`(${query})`).matches;

const semantics: { [name: string]: Method } = {
    get_accessibility_features: () => ({
        accessible_navigation: false,
        bold_text: false,
        disable_animations: prefers('prefers-reduced-motion: reduce'),
        high_contrast: prefers('prefers-contrast: more'),
        invert_colors: prefers('inverted-colors: inverted'),
        reduce_motion: prefers('prefers-reduced-motion: reduce'),
        on_off_switch_labels: false,
        supports_announcements: true,
    }),
};

const BROWSERS: [RegExp, string][] = [
    [/SamsungBrowser/, 'samsungInternet'],
    [/OPR\/|Opera/, 'opera'],
    [/Edg/, 'edge'],
    [/Firefox/, 'firefox'],
    [/Chrom/, 'chrome'],
    [/Safari/, 'safari'],
];

const page: { [name: string]: Method } = {
    get_device_info: () => ({
        browser_name: BROWSERS.find(([pattern]) => pattern.test(navigator.userAgent))?.[1] ?? 'unknown',
        user_agent: navigator.userAgent,
        language: navigator.language,
        languages: [...navigator.languages],
        max_touch_points: navigator.maxTouchPoints,
        hardware_concurrency: navigator.hardwareConcurrency,
        device_memory: number((navigator as { deviceMemory?: number }).deviceMemory ?? null) ?? null,
    }),
};

const PNG = 'image/png';

const clipboard: { [name: string]: Method } = {
    async set_image(args) {
        const bytes = args['data'];
        if (!(bytes instanceof Uint8Array)) throw new Error('set_image needs the bytes of a PNG image');
        const blob = new Blob([bytes as Uint8Array<ArrayBuffer>], { type: PNG });
        await navigator.clipboard.write([new ClipboardItem({ [PNG]: blob })]);
        return null;
    },
    async get_image() {
        for (const item of await navigator.clipboard.read())
            if (item.types.includes(PNG)) return new Uint8Array(await (await item.getType(PNG)).arrayBuffer());
        return null;
    },
};

const services: { [type: string]: { [name: string]: Method } } = {
    Battery: battery,
    Clipboard: clipboard,
    Connectivity: connectivity,
    HapticFeedback: haptics,
    Page: page,
    SemanticsService: semantics,
    Share: sharing,
    Wakelock: wakelock,
};

export function callDevice(type: string, name: string, args: ValueMap, surface: Surface): Value | Promise<Value> {
    return services[type]![name]!(args, surface);
}
