// Events of the page itself: size, brightness, life cycle, keys.

import { isModifier, keyLabel } from '../core/keys.ts';
import type { Value, ValueMap } from '../core/tree.ts';
import { systemBrightness } from '../dom/theme.ts';

export interface PageOutlet {
    setPage(props: ValueMap): void;
    emitPage(event: string, data: Value): void;
    isHandled(event: string): boolean;
}

const RESIZE_DELAY_MS = 100;

export function watchPage(outlet: PageOutlet): void {
    let timer = 0;
    let lastMedia = JSON.stringify(media());
    addEventListener('resize', () => {
        clearTimeout(timer);
        timer = window.setTimeout(() => {
            const size = pageSize();
            outlet.setPage(size);
            outlet.emitPage('resize', size);
            const now = JSON.stringify(media());
            if (now === lastMedia) return;
            lastMedia = now;
            outlet.setPage({ media: media() });
            outlet.emitPage('media_change', media());
        }, RESIZE_DELAY_MS);
    });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
        const brightness = systemBrightness();
        outlet.setPage({ platform_brightness: brightness });
        outlet.emitPage('platform_brightness_change', brightness);
    });
    const state = (name: string) => outlet.emitPage('app_lifecycle_state_change', { state: name });
    document.addEventListener('visibilitychange', () => state(document.hidden ? 'hide' : 'show'));
    addEventListener('focus', () => state('resume'));
    addEventListener('blur', () => state('inactive'));
    // Where the browser freezes pages in the background, and lets them go on.
    document.addEventListener('freeze', () => state('pause'));
    document.addEventListener('resume', () => state('restart'));
    addEventListener('pagehide', () => state('detach'));
    addEventListener('languagechange', () => outlet.emitPage('locale_change', { locales: locales() }));
    // Those without an error are notices of the browser about the layout.
    addEventListener('error', ({ error }) => error && outlet.emitPage('error', String(error)));
    addEventListener('unhandledrejection', ({ reason }) => outlet.emitPage('error', String(reason)));
    addEventListener('keydown', (event) => {
        if (!outlet.isHandled('keyboard_event') || isModifier(event.key)) return;
        outlet.emitPage('keyboard_event', {
            key: keyLabel(event.key),
            shift: event.shiftKey,
            ctrl: event.ctrlKey,
            alt: event.altKey,
            meta: event.metaKey,
        });
    });
}

export function pageSize(): { width: number; height: number } {
    return { width: innerWidth, height: innerHeight };
}

export function media(): ValueMap {
    const none = () => ({ top: 0, right: 0, bottom: 0, left: 0 });
    return {
        padding: none(),
        view_padding: none(),
        view_insets: none(),
        device_pixel_ratio: devicePixelRatio,
        orientation: innerWidth > innerHeight ? 'landscape' : 'portrait',
        always_use_24_hour_format: false,
    };
}

function locales(): ValueMap[] {
    return navigator.languages.map((tag) => {
        const { language, region, script } = new Intl.Locale(tag);
        return {
            language_code: language,
            country_code: region ?? null,
            script_code: script ?? null,
        };
    });
}

export function platform(): string {
    const agent = navigator.userAgent;
    if (/android/i.test(agent)) return 'android';
    if (/iphone|ipad|ipod/i.test(agent)) return 'ios';
    if (/mac/i.test(agent)) return 'macos';
    return /windows/i.test(agent) ? 'windows' : 'linux';
}
