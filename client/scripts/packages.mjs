// What is another in this build than in the packages it is made of.

import { readFileSync } from 'node:fs';

// The room around small controls that takes a finger, 48 pixels that take no part in the layout, is a variable: at the
// end of what scrolls it would be something to scroll to.
const TOUCH_RULES = /(?:\.touch|\.touch-target|input)\{[^{}]*\}/g;
// The page protocol has no times of msgpack's own kind, and every first load would bring the code for them.
const TIMES = /^import \{ timestampExtension \}.*$/m;
const NO_TIMES = 'const timestampExtension = { type: -1, encode: () => null, decode: () => null };';

// The library works out what a form would say of a field each time that a property of it is set. No form here asks
// (`noValidate`), as it is the app that judges.
const VALIDITY = /labs[\\/]behaviors[\\/](?:constraint-validation|on-report-validity|validators[\\/].*)\.js$/;

// Mixins that add nothing, and classes that nobody makes one of, by the names of those in the file.
function inert(text) {
    const lines = [];
    for (const [, kind, name] of text.matchAll(/^export (function|const|class) (\w+)/gm)) {
        if (kind === 'function') lines.push(`export const ${name} = (base) => base;`);
        else lines.push(kind === 'const' ? `export const ${name} = Symbol();` : `export class ${name} {}`);
    }
    return lines.join('\n');
}

export function packagesPlugin() {
    return {
        name: 'packages',
        setup(build) {
            build.onLoad({ filter: /@material.web[\\/].*styles\.cssresult\.js$/ }, ({ path }) => ({
                contents: readFileSync(path, 'utf8').replace(TOUCH_RULES, (rule) =>
                    rule.replaceAll('48px', 'var(--t-touch-target, 48px)'),
                ),
            }));
            build.onLoad({ filter: VALIDITY }, ({ path }) => ({ contents: inert(readFileSync(path, 'utf8')) }));
            build.onLoad({ filter: /msgpack.*ExtensionCodec\.mjs$/ }, ({ path }) => ({
                contents: readFileSync(path, 'utf8').replace(TIMES, NO_TIMES),
            }));
        },
    };
}
