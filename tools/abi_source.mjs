// Prints a C file whose variables have the types of all that the public headers declare: what a program that is linked
// with the shared library relies on, for abidw.
//   node tools/abi_source.mjs [FOLDER OF HEADERS]

import { headers, symbolsOf, typesOf } from './public_functions.mjs';

const folder = process.argv[2];
// troupe/sqlite.h is all inline; tests are compiled anew with the library that they test.
const LEFT_OUT = ['troupe/sqlite.h', 'troupe/test.h'];
const names = headers(folder).filter((name) => !LEFT_OUT.includes(name));
const lines = [
    ...names.map((name) => `#include <${name}>`),
    ...symbolsOf(names, folder).map((name) => `__typeof__(${name}) *abi_of_${name};`),
    ...typesOf(names, folder).map((type) => `${type} *abi_of_${type.replace(' ', '_')};`),
];
process.stdout.write(`${lines.join('\n')}\n`);
