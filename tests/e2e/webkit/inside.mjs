// What runs in a page.

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const playwright = dirname(require.resolve('playwright-core/package.json'));
const { source } = require(join(playwright, 'lib/generated/injectedScriptSource.js'));
const OPTIONS = {
    isUnderTest: false,
    sdkLanguage: 'javascript',
    testIdAttributeName: 'data-testid',
    stableRafCount: 1,
    browserName: 'webkit',
    isUtilityWorld: false,
    customEngines: [],
};

// Makes Playwright's finder of elements.
export const finder = `() => {
    const module = {};
    ${source}
    window.finder = new (module.exports.InjectedScript())(globalThis, ${JSON.stringify(OPTIONS)});
}`;

// Keeps what goes wrong, as the driver does not tell.
export function listen() {
    if (window.complaints) return;
    window.complaints = [];
    const complain = (type, text) => window.complaints.push({ type, text });
    for (const type of ['error', 'warn']) {
        const say = console[type];
        console[type] = (...all) => {
            complain(type === 'warn' ? 'warning' : type, all.map(String).join(' '));
            say.apply(console, all);
        };
    }
    // A field for files that the page presses is kept: the driver fills it without a dialog.
    const click = HTMLInputElement.prototype.click;
    HTMLInputElement.prototype.click = function () {
        if (this.type !== 'file') return click.call(this);
        window.chooser = this;
        return undefined;
    };
    addEventListener(
        'error',
        (event) => complain('error', event.message ?? `${event.target?.src} is not loaded`),
        true,
    );
    addEventListener('unhandledrejection', ({ reason }) => complain('error', String(reason)));
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
        complain('error', `${violatedDirective} forbids ${blockedURI}`),
    );
}
