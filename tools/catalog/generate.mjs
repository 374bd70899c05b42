// Writes the C tables and headers that come from catalog.json and icons.json.
//   node tools/catalog/generate.mjs          rewrites them
//   node tools/catalog/generate.mjs --check  fails when a committed file differs

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as emit from './emit.mjs';
import { arguments_, controls, isPublic, valueStructs } from './model.mjs';

const top = fileURLToPath(new URL('../../', import.meta.url));
const list = controls.filter(isPublic).map((control) => ({ control, sets: arguments_(control) }));
const structs = valueStructs();

const taken = new Set();
for (const name of [...list.map(({ control }) => control.c), ...structs.flatMap((item) => item.members.map((member) => member.c))]) {
    if (taken.has(name)) throw new Error(`two things are called ui_${name}`);
    taken.add(name);
}

// Tables come last: everything before it may add to the defaults.
const files = {
    'include/troupe/generated/enums.h': emit.enumsHeader(),
    'include/troupe/generated/values.h': emit.valuesHeader(structs),
    'include/troupe/generated/controls.h': emit.controlsHeader(list),
    'sdk/generated/kinds.h': emit.kinds(),
    'sdk/generated/arguments.c': emit.argumentTables(list, structs),
    'sdk/generated/icons.c': emit.iconTable(),
    'sdk/generated/catalog.c': emit.tables(),
};

let drift = 0;
for (const [name, text] of Object.entries(files)) {
    const path = top + name;
    const same = existsSync(path) && readFileSync(path, 'utf8') === text;
    if (process.argv.includes('--check')) {
        if (!same) console.error(`${name} differs from the catalog: run node tools/catalog/generate.mjs`);
        drift += same ? 0 : 1;
    } else if (!same) writeFileSync(path, text);
}
process.exitCode = drift ? 1 : 0;
