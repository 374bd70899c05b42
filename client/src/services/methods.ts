// Calls of the server to the browser (action 5) that are not methods of a drawn control.

import type { Ext } from '../core/packets.ts';
import { isMap, type Control, type Value, type ValueMap } from '../core/tree.ts';
import { targetOf, url } from '../core/links.ts';
import { number, text } from '../core/values.ts';
import type { Surface } from '../dom/surface.ts';

type Emit = (event: string, data: Value) => void;
type Method = (args: ValueMap, emit: Emit, surface: Surface) => Value | Promise<Value>;
export class MethodError extends Error {}

const clipboard: { [name: string]: Method } = {
    async set(args, _emit, surface) {
        const words = text(args['data']);
        if (navigator.clipboard) await navigator.clipboard.writeText(words);
        else copyByHand(words, surface);
        return null;
    },
    get() {
        if (!navigator.clipboard) throw new MethodError('Reading the clipboard is for pages that came by https only');
        return navigator.clipboard.readText();
    },
};

// Pages that came by plain http have no clipboard of their own; what is selected can be copied all the same.
function copyByHand(words: string, { root }: Surface): void {
    const field = document.createElement('textarea');
    const before = document.activeElement;
    field.value = words;
    field.className = 't-announcer';
    root.append(field);
    field.select();
    const isDone = document.execCommand('copy');
    field.remove();
    if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    if (!isDone) throw new MethodError('This browser lets no page that came by plain http write to the clipboard');
}

// A window of this name is a file to be saved (troupe/pages/download.h). Unlike a window, a link that
// says so leaves the page alone when the server refuses, and the browser shows a failed download.
const DOWNLOAD = 'troupe-download';

function download(href: string): Value {
    const link = document.createElement('a');
    link.href = new URL(href, document.baseURI).href;
    link.download = '';
    link.click();
    return true;
}

function open(args: ValueMap, features = 'noopener'): Value {
    const wanted = url(args['url']);
    if (!wanted) throw new MethodError('URL is empty or not allowed');
    if (args['web_only_window_name'] === DOWNLOAD) return download(wanted.href);
    const target = isMap(args['url']) ? wanted.target : targetOf(args['web_only_window_name']);
    window.open(new URL(wanted.href, document.baseURI), target, features);
    return true;
}

const launcher: { [name: string]: Method } = {
    launch_url: (args) => open(args),
    open_window: (args) =>
        open(
            { url: args['url'] ?? null, web_only_window_name: args['title'] ?? 'Troupe' },
            `popup,width=${number(args['width']) ?? 1200},height=${number(args['height']) ?? 800}`,
        ),
    can_launch_url: (args) => Boolean(url(args['url'])),
    close_in_app_web_view: () => null,
    supports_launch_mode: () => false,
    supports_close_for_launch_mode: () => false,
};

// The prefix and the JSON form are those of the Flutter plugin, so that both clients share data.
const PREFIX = 'flutter.';

function keysWith(prefix: string): string[] {
    return Object.keys(localStorage)
        .filter((name) => name.startsWith(PREFIX + prefix))
        .map((name) => name.slice(PREFIX.length));
}

const preferences: { [name: string]: Method } = {
    set(args) {
        localStorage.setItem(PREFIX + text(args['key']), JSON.stringify(args['value'] ?? null));
        return true;
    },
    get(args) {
        const found = localStorage.getItem(PREFIX + text(args['key']));
        return found === null ? null : (JSON.parse(found) as Value);
    },
    contains_key: (args) => localStorage.getItem(PREFIX + text(args['key'])) !== null,
    remove(args) {
        localStorage.removeItem(PREFIX + text(args['key']));
        return true;
    },
    get_keys: (args) => keysWith(text(args['key_prefix'])),
    clear() {
        for (const name of keysWith('')) localStorage.removeItem(PREFIX + name);
        return true;
    },
};

const semantics: { [name: string]: Method } = {
    announce_message(args, _emit, surface) {
        const isUrgent = text(args['assertiveness']) === 'assertive';
        surface.announce(text(args['message']), { isUrgent, isRtl: args['rtl'] === true });
        return null;
    },
    announce_tooltip(args, _emit, surface) {
        surface.announce(text(args['message']));
        return null;
    },
};

const stopMenu = (event: Event) => event.preventDefault();
const contextMenu: { [name: string]: Method } = {
    disable_menu(_args, _emit, { root }) {
        root.addEventListener('contextmenu', stopMenu);
        return null;
    },
    enable_menu(_args, _emit, { root }) {
        root.removeEventListener('contextmenu', stopMenu);
        return null;
    },
};

const picker = async (surface: Surface) => surface.of((await import('./filepicker.ts')).FilePicker);

const filePicker: { [name: string]: Method } = {
    pick_files: async (args, _emit, surface) => (await picker(surface)).pick(args),
    save_file: async (args) => (await import('./filepicker.ts')).saveFile(args),
    upload: async (args, emit, surface) => (await picker(surface)).upload(args, emit),
};

// Code that few pages use is loaded when it is called.
function onDemand(type: string, names: string): { [name: string]: Method } {
    const load =
        (name: string): Method =>
        async (args, _emit, surface) =>
            (await import('./device.ts')).callDevice(type, name, args, surface);
    return Object.fromEntries(names.split(' ').map((name) => [name, load(name)]));
}

const services: { [type: string]: { [name: string]: Method } } = {
    Battery: onDemand('Battery', 'get_battery_level get_battery_state is_in_battery_save_mode'),
    Clipboard: { ...clipboard, ...onDemand('Clipboard', 'set_image get_image') },
    Connectivity: onDemand('Connectivity', 'get_connectivity'),
    FilePicker: filePicker,
    HapticFeedback: onDemand('HapticFeedback', 'heavy_impact medium_impact light_impact selection_click vibrate'),
    Page: onDemand('Page', 'get_device_info set_allowed_device_orientations'),
    ScreenBrightness: onDemand(
        'ScreenBrightness',
        'can_change_system_screen_brightness get_system_screen_brightness set_system_screen_brightness ' +
            'get_application_screen_brightness set_application_screen_brightness reset_application_screen_brightness ' +
            'is_animate set_animate is_auto_reset set_auto_reset',
    ),
    Share: onDemand('Share', 'share_text share_uri share_files'),
    StoragePaths: onDemand(
        'StoragePaths',
        'get_application_cache_directory get_application_documents_directory get_application_support_directory ' +
            'get_downloads_directory get_external_cache_directories get_external_storage_directories ' +
            'get_external_storage_directory get_library_directory get_temporary_directory get_console_log_filename',
    ),
    UrlLauncher: launcher,
    SharedPreferences: preferences,
    SemanticsService: {
        ...semantics,
        ...onDemand('SemanticsService', 'get_accessibility_features'),
    },
    Wakelock: onDemand('Wakelock', 'enable disable is_enabled'),
    BrowserContextMenu: contextMenu,
};

// Undefined when this control has no such method.
export function callService(
    control: Control,
    name: string,
    args: ValueMap,
    emit: Emit,
    surface: Surface,
): Value | Promise<Value> | undefined {
    const methods = Object.hasOwn(services, control.type) ? services[control.type]! : {};
    return Object.hasOwn(methods, name) ? methods[name]!(args, emit, surface) : undefined;
}

export function describe(error: unknown): string {
    return error instanceof Error ? error.message : text(error as Value | Ext) || 'unknown error';
}
