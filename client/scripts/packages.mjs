// What is another in this build than in the packages it is made of.

import { readFileSync } from 'node:fs';

// The room around small controls that takes a finger, 48 pixels that take no part in the layout, is a variable: at the
// end of what scrolls it would be something to scroll to.
const TOUCH_RULES = /(?:\.touch|\.touch-target|input)\{[^{}]*\}/g;
// The page protocol has no times of msgpack's own kind, and every first load would bring the code for them.
const TIMES = /^import \{ timestampExtension \}.*$/m;
const NO_TIMES = 'const timestampExtension = { type: -1, encode: () => null, decode: () => null };';

export function packagesPlugin() {
    return {
        name: 'packages',
        setup(build) {
            build.onLoad({ filter: /@material.web[\\/].*styles\.cssresult\.js$/ }, ({ path }) => ({
                contents: readFileSync(path, 'utf8').replace(TOUCH_RULES, (rule) =>
                    rule.replaceAll('48px', 'var(--t-touch-target, 48px)'),
                ),
            }));
            build.onLoad({ filter: /msgpack.*ExtensionCodec\.mjs$/ }, ({ path }) => ({
                contents: readFileSync(path, 'utf8').replace(TIMES, NO_TIMES),
            }));
        },
    };
}
