// docs/controls.md: what of each control our HTML client draws, from what its code reads and from the catalog.

import { catalog } from '../catalog/model.mjs';
import { callsByService, commonTexts, namedIn, pageTexts, quoteKeys, serviceTexts, textsByType } from '../../client/scripts/props.mjs';
import { CALLS, CONTROLS, EVENTS, PACKAGES, PROPERTIES, SERVICES } from './reasons.mjs';

const BASES = new Set(['BaseControl', 'Control', 'LayoutControl', 'AdaptiveControl', 'ScrollableControl']);
const LATER = 'not yet';
// Drawn by what holds them, though no property of it names their type.
const ON_MAP =
    'TileLayer MarkerLayer CircleLayer PolygonLayer PolylineLayer OverlayImageLayer SimpleAttribution RichAttribution TextSourceAttribution ' +
    'ImageSourceAttribution BaseOverlayImage OverlayImage RotatedOverlayImage';
const HELD = {
    SnackBarAction: 'SnackBar',
    Option: 'DropdownM2',
    ...Object.fromEntries(ON_MAP.split(' ').map((name) => [name, 'Map'])),
};
// Classes that others are made of, and parts of the server.
// What they hold reports their value, or asks for it.
const HELPED = { RadioGroup: 'Radio', View: 'AppBar' };
const NONE = new Set(['BasePage', 'Component']);
const OF_SERVER = new Set(['connect', 'disconnect', 'close', 'login', 'logout', 'views_pop_until']);
const PAGES = new Set(['Page', 'MultiView', 'Window']);

// What moves slowly is the same for all.
const animated = () => commonTexts().flatMap((text) => text.match(/'animate\w*'/g) ?? []);
// Calls that stand in a table of calls, as its keys.
const tabled = (texts) => texts.flatMap((text) => [...text.matchAll(/^const CALLS[^=]*= \{\n(.*?)^\};/gms)].map(([, rows]) => quoteKeys(rows)));

const code = (names) => names.map((name) => `\`${name}\``).join(', ');

// The texts of the code that draws a control: its own, or that of what it is a part of.
function codeOf(control, texts, all) {
    if (control.name === 'Badge') return commonTexts();
    if (PAGES.has(control.name)) return [...texts.get('Page'), ...pageTexts()];
    if (control.category === 'canvas') return texts.get('Canvas');
    if (texts.has(control.wire) && !HELD[control.name]) return texts.get(control.wire);
    const hosts = all.filter(({ properties }) => properties.some(({ type }) => type.split(/[|?]/).some((one) => one.endsWith(`control:${control.name}`) || one.endsWith(`control-list:${control.name}`))));
    const host = HELD[control.name] ?? hosts.find(({ wire }) => texts.has(wire))?.wire;
    if (host) return texts.get(host);
    // A part of a part: a rod of a group of a chart.
    return hosts.map((one) => one !== control && codeOf(one, texts, all)).find(Boolean) || undefined;
}

function missing(control, reads) {
    const left = new Map();
    for (const { name, by, sent } of control.properties) {
        if (BASES.has(by) || sent === 'never' || reads(name)) continue;
        const reason = PROPERTIES.get(`${control.name}.${name}`) ?? PROPERTIES.get(name) ?? CONTROLS.get(control.name) ?? LATER;
        left.set(reason, [...(left.get(reason) ?? []), name]);
    }
    return left;
}

function describe(control, texts, all) {
    const own = control.properties.filter(({ by, sent }) => !BASES.has(by) && sent !== 'never').map(({ name }) => name);
    const source = codeOf(control, texts, all);
    if (!source) return { control, state: 'not', reason: CONTROLS.get(control.name) ?? PACKAGES.get(control.package) ?? LATER, lines: [] };
    const helpers = texts.get(HELPED[control.name]) ?? [];
    const reads = namedIn([...source, ...helpers, ...animated(), ...(own.includes('controls') ? ["'controls'"] : [])]);
    const answers = namedIn([...source, ...tabled(source)]);
    const served = callsByService().get(control.wire);
    // What is not visible is left out of each list of controls, whatever draws it.
    const left = missing(control, (name) => reads(name) || name === 'controls' || name === 'content' || name === 'visible');
    const silent = control.events.filter(({ name, by }) => !BASES.has(by) && !reads(name) && !OF_SERVER.has(name)).map(({ name }) => `on_${name}`);
    // One that the code names to refuse it has its reason here, too.
    const isRefused = (wire) => CALLS.has(`${control.name}.${wire}`) || (!answers(wire) && !served?.has(wire));
    const deaf = (control.methods ?? []).filter(({ wire, by }) => !BASES.has(by) && isRefused(wire)).map(({ wire }) => wire);
    const read = own.filter((name) => ![...left.values()].flat().includes(name));
    const lines = [];
    if (read.length) lines.push(`Properties: ${code(read)}.`);
    for (const [reason, names] of left) lines.push(`Without effect: ${code(names)} (${reason}).`);
    const why = (name) => EVENTS.get(`${control.name}.${name}`) ?? CALLS.get(`${control.name}.${name}`) ?? CONTROLS.get(control.name) ?? LATER;
    const tell = (what, names) => {
        for (const reason of new Set(names.map(why))) lines.push(`${what}: ${code(names.filter((name) => why(name) === reason))} (${reason}).`);
    };
    tell('Events that do not come', silent);
    tell('Calls that are refused', deaf);
    const isWhole = !left.has(LATER) && ![...silent, ...deaf].some((name) => why(name) === LATER);
    return { control, state: isWhole ? 'drawn' : 'partly', reason: '', lines };
}

function service(control, texts, answered) {
    const none = { control, state: 'not', reason: SERVICES.get(control.name) ?? PACKAGES.get(control.package) ?? LATER, lines: [] };
    const answers = answered.get(control.wire);
    if (SERVICES.has(control.name) || (!answers && !texts.has(control.wire))) return none;
    const calls = (control.methods ?? []).map(({ wire }) => wire);
    // One that keeps something open answers by itself.
    const own = namedIn(tabled(texts.get(control.wire) ?? []));
    const done = calls.filter((name) => answers?.has(name) || own(name));
    const hears = namedIn([...(texts.get(control.wire) ?? []), ...serviceTexts()]);
    const events = control.events.filter(({ by }) => !BASES.has(by)).map(({ name }) => name);
    const heard = events.filter(hears);
    const lines = [];
    if (done.length) lines.push(`Calls: ${code(done)}.`);
    if (heard.length) lines.push(`Events: ${code(heard.map((name) => `on_${name}`))}.`);
    const why = (name) => CALLS.get(`${control.name}.${name}`) ?? LATER;
    const left = [...calls.filter((name) => !done.includes(name)), ...events.filter((name) => !heard.includes(name))];
    for (const reason of new Set(left.map(why))) lines.push(`Refused: ${code(left.filter((name) => why(name) === reason))} (${reason}).`);
    return { control, state: left.some((name) => why(name) === LATER) ? 'partly' : 'drawn', reason: '', lines };
}

export function drawnPage() {
    const texts = textsByType();
    const answered = callsByService();
    const groups = new Map();
    for (const [name, { controls }] of Object.entries(catalog.packages))
        for (const control of controls) {
            if (NONE.has(control.name)) continue;
            const title = name === 'flet' ? control.category : name;
            const row =
                control.category === 'service' ? service(control, texts, answered) : describe(control, texts, controls);
            groups.set(title, [...(groups.get(title) ?? []), row]);
        }
    const all = [...groups.values()].flat();
    const count = (state) => all.filter((row) => row.state === state).length;
    const common = namedIn([...commonTexts(), ...(texts.get('Column') ?? [])]);
    const bases = [...new Map(catalog.packages.flet.controls.flatMap(({ properties }) => properties).filter(({ by, sent }) => BASES.has(by) && sent !== 'never').map(({ name }) => [name, name])).keys()];
    const idle = bases.filter((name) => !common(name));
    const parts = [
        '# What the HTML client draws\n',
        'Made by `make generate` from the catalog and from what the code of the client (client/src) reads. Flet\'s own client',
        '(`--client flutter`, [flutter.md](flutter.md)) draws all of them.\n',
        `Drawn: ${count('drawn')}. Partly: ${count('partly')}, some of whose properties have no effect. Not: ${count('not')}; in their place`,
        'stands a box with their name, and the server\'s log names each once.\n',
        `Of what many controls have, all drawn ones read ${code(bases.filter(common))}.${idle.length ? ` Without effect: ${code(idle)} (${LATER}).` : ''}\n`,
    ];
    for (const [title, rows] of groups) {
        parts.push(`## ${title[0].toUpperCase()}${title.slice(1)}\n`);
        for (const { control, state, reason, lines } of rows) {
            parts.push(`**${control.name}**: ${state}${reason ? ` (${reason})` : ''}.${lines.length ? `\n${lines.join('\n')}` : ''}\n`);
        }
    }
    return parts.join('\n').trimEnd() + '\n';
}
