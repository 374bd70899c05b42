// Prints the linker's version script of a shared library: what the public headers declare, and nothing else.
//   node tools/symbols_map.mjs troupe 0

import { fileURLToPath } from 'node:url';
import { headers, symbolsOf } from './public_functions.mjs';

/** What each library stands for: all headers, or those that a program without pages includes. */
export const LIBRARIES = {
    // troupe/sqlite.h is all inline, and needs SQLite.
    troupe: () => symbolsOf(headers().filter((name) => name !== 'troupe/sqlite.h')),
    'troupe-actors': () => symbolsOf(['troupe/actors.h']),
};

/** "TROUPE_ACTORS_0" */
export const nodeOf = (library, abi) => `${library.toUpperCase().replace('-', '_')}_${abi}`;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const [, , library, abi] = process.argv;
    const lines = LIBRARIES[library]().map((name) => `        ${name};\n`);
    process.stdout.write(`${nodeOf(library, abi)} {\n    global:\n${lines.join('')}    local:\n        *;\n};\n`);
}
