// Man pages: troupe-app(1), the settings of every program, from host/options.def; and troupe(1), troupe-new(1), troupe-dev(1),
// troupe-record(1) and troupe-test(1), from what the command says of itself. The other commands' are troupe(1).
//   node tools/man.mjs FOLDER TROUPE     TROUPE: the built command

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rowsOf } from './def_rows.mjs';

const top = fileURLToPath(new URL('../', import.meta.url));
const [folder, command] = process.argv.slice(2);
const read = (path) => readFileSync(top + path, 'utf8');
const version = read('base/version.h').match(/TR_VERSION "(.*)"/)[1];

// Text as roff wants it: no line begins with a request, and a hyphen can be copied.
const roff = (text) =>
    text
        .replaceAll('\\', '\\e')
        .replaceAll('-', '\\-')
        .replace(/^(?=[.'])/gm, '\\&');
const bold = (text) => `\\fB${roff(text)}\\fR`;
const head = (name, about) =>
    `.TH ${name.toUpperCase()} 1 "" "Troupe ${version}" "User Commands"\n.SH NAME\n${roff(name)} \\- ${roff(about)}\n`;

function settings() {
    const options = rowsOf(read('host/options.def'), 'OPTION');
    return options
        .map(([, flag, argument, variable, alias, value, , , help]) => {
            const names = [
                flag && `${bold(`--${flag}`)}${argument && ` \\fI${roff(argument)}\\fR`}`,
                variable && bold(`TROUPE_${variable}`),
                alias && bold(alias),
            ].filter(Boolean);
            return `.TP\n${names.join(', ')}\n${roff(help)}.${value ? ` Default: ${bold(value)}.` : ''}\n`;
        })
        .join('');
}

const app = `${head('troupe-app', 'options and settings of a program made with Troupe')}.SH SYNOPSIS
\\fIPROGRAM\\fR [\\fIOPTION\\fR]...
.SH DESCRIPTION
Every program made with Troupe serves its app, or is a part of a cluster that does, by these settings.
A setting comes from the command line; or from its variable; or from the file that the variable with
${bold('_FILE')} behind its name names, as secrets are mounted; or from Flet's variable; or from the env file; or it
has its default. A value that is not valid is one line on standard error and exit status 2.
.SH OPTIONS
${settings()}.SH EXIT STATUS
0 after an orderly end, 1 when it could not start, 2 for a setting that is not valid.
.SH SIGNALS
.TP
${bold('SIGTERM')}, ${bold('SIGINT')}
It drains: browsers are sent to other gateways, sessions go to other workers. A second one ends it at once.
.SH SEE ALSO
${bold('troupe')}(1)
`;

// "  --flag VALUE   text", with lines that go on.
function list(help, title) {
    const section = help.match(new RegExp(`^${title}:\\n((?:  .*\\n)+)`, 'm'))?.[1] ?? '';
    return section
        .split(/\n(?= {2}\S)/)
        .filter((entry) => entry.trim() !== '')
        .map((entry) => {
            const [, name, text] = entry.match(/^ {2}((?:--)?[\w-]+(?: [A-Z]+)?)([^]*)/);
            return `.TP\n${bold(name)}\n${roff(text.replace(/\s+/g, ' ').trim()) || '\\&'}\n`;
        })
        .join('');
}

const help = execFileSync(command, ['--help'], { encoding: 'utf8' });
const tool = `${head('troupe', 'look at running Troupe processes, and give them orders')}.SH SYNOPSIS
${bold('troupe')} \\fICOMMAND\\fR [\\fIARGUMENT\\fR] ${bold('--bus')} \\fIENDPOINT\\fR [\\fIOPTION\\fR]...
.SH COMMANDS
${list(help, 'commands')}.SH OPTIONS
${list(help, 'options')}.SH ENVIRONMENT
.TP
${bold('TROUPE_BROKER')}
The endpoint, where ${bold('--bus')} is not given.
.SH EXIT STATUS
0; 1 when somebody did not answer in time, who is named on standard error; 2 for a misspelt command.
.SH SEE ALSO
${['app', 'new', 'dev', 'record', 'test'].map((name) => `${bold(`troupe-${name}`)}(1)`).join(', ')}
`;

// What is for authors says its use in a line, what it does in sentences, and has a list of its options.
const ABOUT = {
    new: 'make a folder with an app, its test and its makefile',
    dev: 'serve an app while it is written',
    record: 'write down what people do on the pages of an app',
    test: "run an app's tests, and play its recordings again",
};

function ofAuthors(name) {
    const said = execFileSync(command, [name, '--help'], { encoding: 'utf8' });
    const [, use, rest] = said.match(/^usage: troupe \w+ (.*)\n([^]*)$/);
    const [sentences, options = ''] = rest.split(/\n\n/);
    const listed = options && `.SH OPTIONS\n${list(`options:\n${options}`, 'options')}`;
    return `${head(`troupe-${name}`, ABOUT[name])}.SH SYNOPSIS
${bold(`troupe ${name}`)} ${roff(use)}
.SH DESCRIPTION
${roff(sentences.replace(/\n/g, ' ').trim())}
${listed}.SH SEE ALSO
${bold('troupe')}(1), ${bold('troupe-app')}(1)
`;
}

const commands = [...help.match(/^commands:\n((?: {2}.*\n)+)/m)[1].matchAll(/^ {2}([\w-]+)/gm)].map(([, name]) => name);

mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}/troupe-app.1`, app);
writeFileSync(`${folder}/troupe.1`, tool);
for (const name of Object.keys(ABOUT)) writeFileSync(`${folder}/troupe-${name}.1`, ofAuthors(name));
for (const name of commands) writeFileSync(`${folder}/troupe-${name}.1`, '.so man1/troupe.1\n');
