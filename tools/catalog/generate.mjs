// Writes the C tables and headers that come from catalog.json and icons.json.
//   node tools/catalog/generate.mjs          rewrites them
//   node tools/catalog/generate.mjs --check  fails when a committed file differs

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as emit from './emit.mjs';
import * as methods from './methods.mjs';
import * as model from './model.mjs';
import * as records from './records.mjs';

const top = fileURLToPath(new URL('../../', import.meta.url));

// The core comes first, so that its headers do not grow by what another package needs.
function collect(pack) {
    const before = [model.missing.length, records.skipped.length, methods.missing.length];
    const list = pack.controls.filter(model.isBuilt).map((control) => ({ control, sets: model.arguments_(control) }));
    const settable = model.settable(pack).map((control) => ({ control, sets: model.arguments_(control) }));
    const called = methods.methodsOf(pack);
    const read = records.newRecords(records.eventsOf(pack));
    model.usePageValues(pack);
    const structs = model.newValueStructs();
    return { name: pack.name, list, settable, methods: called, records: read, structs, enums: model.newEnums(),
        missing: model.missing.slice(before[0]), skipped: records.skipped.slice(before[1]), missingArguments: methods.missing.slice(before[2]) };
}

// Every package with its constructors, values, enumerations, payloads and methods. Once in a process: each
// says what came into use since the one before.
export const collected = () => model.packages.map(collect);

export function files() {
    const packs = collected();
    const [core, ...others] = packs;
    const taken = new Set();
    for (const name of packs.flatMap((pack) => [...pack.list.map(({ control }) => control.c), ...pack.methods.map((method) => method.c),
        ...pack.structs.flatMap((item) => item.members.map((member) => member.c))])) {
        if (taken.has(name)) throw new Error(`two things are called ui_${name}`);
        taken.add(name);
    }
    const called = methods.numbered();
    // Tables come last: everything before it may add to the defaults.
    return {
        'include/troupe/controls/generated/enums.h': emit.enumsHeader(core),
        'include/troupe/controls/generated/values.h': emit.valuesHeader(core),
        'include/troupe/controls/generated/controls.h': emit.controlsHeader(core),
        'include/troupe/controls/generated/events.h': emit.eventsHeader(core),
        'include/troupe/controls/generated/methods.h': emit.methodsHeader(core),
        ...Object.fromEntries(others.map((pack) => [`include/troupe/packages/${pack.name}.h`, emit.packageHeader(pack, core)])),
        'sdk/catalog/generated/kinds.h': emit.kinds(),
        'sdk/catalog/generated/arguments.c': emit.argumentTables(packs),
        'sdk/catalog/generated/records.c': emit.recordTables(packs),
        'sdk/catalog/generated/methods.c': emit.methodTables(packs, called),
        'sdk/catalog/generated/icons.c': emit.iconTable(),
        'sdk/catalog/generated/catalog.c': emit.tables(),
    };
}

function main(isCheck) {
    let drift = 0;
    for (const [name, text] of Object.entries(files())) {
        const path = top + name;
        const same = existsSync(path) && readFileSync(path, 'utf8') === text;
        if (isCheck) {
            if (!same) console.error(`${name} differs from the catalog: run node tools/catalog/generate.mjs`);
            drift += same ? 0 : 1;
        } else if (!same) writeFileSync(path, text);
    }
    process.exitCode = drift ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.includes('--check'));
