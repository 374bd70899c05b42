// The browsers that tests drive, all with Playwright's words: BROWSER=firefox has any of the tests run there.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium, firefox } from 'playwright-core';
import { DRIVER, launchWebKit, SCREEN } from './webkit/browser.mjs';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const FIREFOX = process.env.FIREFOX ?? '/usr/bin/firefox-esr';
const CHROMIUM_FLAGS = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    // Letters are drawn alike on any machine.
    '--font-render-hinting=none',
    '--disable-lcd-text',
    '--force-color-profile=srgb',
];
// Playwright asks for network.addDataCollector, which older ones do not know.
const LEAST_FIREFOX = 143;
const FONTS = fileURLToPath(new URL('../pictures/fonts.conf', import.meta.url));

const BROWSERS = {
    chromium: {
        binaries: [CHROMIUM],
        launch: () =>
            chromium.launch({
                executablePath: CHROMIUM,
                args: CHROMIUM_FLAGS,
                env: { ...process.env, FONTCONFIG_FILE: FONTS },
            }),
    },
    // Over WebDriver BiDi, as Debian builds it: Playwright's other way needs a Firefox of its own.
    firefox: {
        binaries: [FIREFOX],
        lacks() {
            const version = /\d+/.exec(execFileSync(FIREFOX, ['--version'], { encoding: 'utf8' }))?.[0];
            return Number(version) < LEAST_FIREFOX && `Firefox ${version} is older than ${LEAST_FIREFOX}`;
        },
        launch: () => firefox.launch({ executablePath: FIREFOX, channel: 'moz-firefox' }),
    },
    webkit: { binaries: [DRIVER, SCREEN], launch: launchWebKit },
};

export const nameOfBrowser = () => process.env.BROWSER ?? 'chromium';
export const launch = () => BROWSERS[nameOfBrowser()].launch();

// Why it cannot be driven here; nothing when it can.
export function lacks(name) {
    const { binaries, lacks: more } = BROWSERS[name];
    const missing = binaries.find((path) => !existsSync(path));
    return missing ? `there is no ${missing}` : more?.() || undefined;
}
