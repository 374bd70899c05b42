// Services of the device, as far as a browser has them. On demand.

import { number, text } from '../core/values.ts';
import { isMap, type Value, type ValueMap } from '../core/tree.ts';
import { batteryOf, batteryState, connectivity } from '../dom/device.ts';
import type { Surface } from '../dom/surface.ts';

type Method = (args: ValueMap, surface: Surface) => Value | Promise<Value>;

const PATHS =
    'get_application_cache_directory get_application_documents_directory get_application_support_directory ' +
    'get_downloads_directory get_external_cache_directories get_external_storage_directories get_library_directory ' +
    'get_external_storage_directory get_temporary_directory get_console_log_filename';

function wanted<T>(feature: T | undefined, name: string): T {
    if (feature === undefined) throw new Error(`${name} is not supported by this browser`);
    return feature;
}

// The browser lets it go with the page out of sight; back in sight it is taken again.
class Held {
    lock: WakeLockSentinel | undefined;
    isWanted = false;

    constructor() {
        document.addEventListener('visibilitychange', () => {
            if (this.isWanted && !document.hidden) this.take().catch(() => undefined);
        });
    }

    async take(): Promise<void> {
        const locks = wanted<WakeLock>(navigator.wakeLock, 'Wakelock');
        if (!this.lock || this.lock.released) this.lock = await locks.request('screen');
        this.isWanted = true;
    }

    async letGo(): Promise<void> {
        this.isWanted = false;
        await this.lock?.release();
        this.lock = undefined;
    }
}

const wakelock: { [name: string]: Method } = {
    async enable(_args, surface) {
        await surface.of(Held).take();
        return null;
    },
    async disable(_args, surface) {
        await surface.of(Held).letGo();
        return null;
    },
    is_enabled: (_args, surface) => surface.of(Held).isWanted,
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
    share_files(args) {
        const given = Array.isArray(args['files']) ? args['files'].filter(isMap) : [];
        const files = given.flatMap(({ data, name, mime_type }) => {
            if (!(data instanceof Uint8Array)) return [];
            const type = text(mime_type) || 'application/octet-stream';
            return [new File([data as Uint8Array<ArrayBuffer>], text(name) || 'file', { type })];
        });
        if (files.length < given.length || !files.length) throw new Error('share_files needs the bytes of each file');
        const what = { files, title: text(args['title']), text: text(args['text']) };
        return navigator.canShare?.(what) ? share(what) : { status: 'unavailable', raw: '' };
    },
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

const battery: { [name: string]: Method } = {
    get_battery_level: async () => Math.round((await batteryOf()).level * 100),
    get_battery_state: async () => batteryState(await batteryOf()),
    is_in_battery_save_mode() {
        throw new Error('Browsers do not say whether the battery is being saved');
    },
};

const network: { [name: string]: Method } = { get_connectivity: () => connectivity() };

const denied =
    (what: string): Method =>
    () => {
        throw new Error(`Browsers do not let pages ${what}`);
    };

const brightness: { [name: string]: Method } = {
    can_change_system_screen_brightness: () => false,
    is_animate: () => false,
    is_auto_reset: () => false,
    get_system_screen_brightness: denied('read the brightness of the screen'),
    get_application_screen_brightness: denied('read the brightness of the screen'),
    set_system_screen_brightness: denied('set the brightness of the screen'),
    set_application_screen_brightness: denied('set the brightness of the screen'),
    reset_application_screen_brightness: denied('set the brightness of the screen'),
    set_animate: denied('set the brightness of the screen'),
    set_auto_reset: denied('set the brightness of the screen'),
};

// A page has no folders.
const paths: { [name: string]: Method } = Object.fromEntries(PATHS.split(' ').map((name) => [name, () => null]));

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

// Which ways a device may be held. Browsers turn only what fills the screen, or is installed.
async function allowOrientations(wanted: Value | undefined): Promise<null> {
    const names = new Set(Array.isArray(wanted) ? wanted.map((name) => text(name).toLowerCase()) : []);
    const screenWay = screen.orientation as ScreenOrientation & { lock?(type: string): Promise<void> };
    const [ups, downs] = [names.has('portraitup'), names.has('portraitdown')];
    const [lefts, rights] = [names.has('landscapeleft'), names.has('landscaperight')];
    const isPortrait = ups || downs;
    const isLandscape = lefts || rights;
    if (isPortrait === isLandscape) {
        screenWay.unlock();
        return null;
    }
    const way = isPortrait
        ? ups && downs
            ? 'portrait'
            : `portrait-${ups ? 'primary' : 'secondary'}`
        : lefts && rights
          ? 'landscape'
          : `landscape-${lefts ? 'primary' : 'secondary'}`;
    if (!screenWay.lock) throw new Error('This browser lets no page say how the device is held');
    await screenWay.lock(way).catch((error) => {
        throw new Error(`A browser turns only a page that fills the screen (${String(error)})`);
    });
    return null;
}

const page: { [name: string]: Method } = {
    set_allowed_device_orientations: (args) => allowOrientations(args['orientations']),
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
    Connectivity: network,
    HapticFeedback: haptics,
    Page: page,
    ScreenBrightness: brightness,
    SemanticsService: semantics,
    Share: sharing,
    StoragePaths: paths,
    Wakelock: wakelock,
};

export function callDevice(type: string, name: string, args: ValueMap, surface: Surface): Value | Promise<Value> {
    return services[type]![name]!(args, surface);
}
