// A file as a text in a C source:
//
//     node tools/embed_text.mjs desk/panel.h tr_desk_panel build/desk/panel.js build/generated/panel.c

import { readFileSync, writeFileSync } from 'node:fs';
import { literal } from './c_literal.mjs';

const [header, name, from, out] = process.argv.slice(2);
writeFileSync(out, `#include "${header}"\n\nconst char ${name}[] =\n${literal(readFileSync(from))};\n`);
