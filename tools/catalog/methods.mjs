// Methods that the browser runs, as C: names, arguments, results.

import { byText, context, controls, defaultId, packages, propId } from './model.mjs';
import { readingOf } from './records.mjs';
import { argumentFields, snake } from './types.mjs';

export const missing = [];

// The same in several classes: called by the control's key, whatever it is.
const SHARED = new Set(['focus', 'show_drawer', 'close_drawer', 'show_end_drawer', 'close_end_drawer']);
// Their methods say enough without the class.
const BARE = new Set(['FilePicker', 'ScrollableControl', 'Share', 'UrlLauncher']);
const PAGE = new Set(['BasePage', 'Page']);
// Services of which a page has several, each with properties of its own.
const MANY = new Set(['Audio', 'InterstitialAd']);
// push_route: a page feature.
const LEFT_OUT = new Set(['Page.push_route']);
// Where the catalog knows less than Flet's documentation.
const TYPES = { 'AudioRecorder.start_recording.configuration': 'value:AudioRecorderConfiguration?' };
// The values that Flet sends when the caller gives nothing, for arguments that may not be nil.
const DEFAULTS = {
    'FilePicker.file_type': 'any', 'FilePicker.allow_multiple': false, 'FilePicker.with_data': false, 'FilePicker.compression_quality': 0,
    'FilePicker.cancel_upload_on_window_blur': true, 'InteractiveViewer.dy': 0, 'InteractiveViewer.dz': 0, 'ScrollableControl.duration': 0,
    'ScrollableControl.curve': 'ease', 'PageView.duration': { seconds: 1 }, 'PageView.curve': 'linear', 'Tabs.curve': 'easeIn',
    'SemanticsService.rtl': false, 'SemanticsService.assertiveness': 'polite', 'Share.download_fallback_enabled': true,
    'Share.mail_to_fallback_enabled': true, 'UrlLauncher.mode': 'platformDefault', 'Map.cancel_ongoing_animations': false,
    'Map.offset': { x: 0, y: 0 }, 'Audio.position': 0, 'Camera.enable_audio': true, 'Camera.resolution_preset': 'max',
    'WebView.method': 'get', 'Video.include_libass_subtitles': false, 'SharedPreferences.key_prefix': '', 'Video.format': 'image/png',
};
// Arguments that Flet takes from a property of the control when the caller gives nothing.
const FROM = {
    'AudioRecorder.configuration': 'configuration', 'Geolocator.configuration': 'configuration', 'Map.curve': 'animation_curve',
    'Map.duration': 'animation_duration', 'SearchBar.text': 'value', 'Tabs.duration': 'animation_duration',
};

export function methodName(method) {
    if (SHARED.has(method.name) || BARE.has(method.by)) return method.name;
    return (PAGE.has(method.by) ? 'page' : snake(method.by)) + '_' + method.name;
}

function targetOf(control, method) {
    if (PAGE.has(method.by)) return 'PAGE';
    if (method.by === 'Window') return 'WINDOW';
    return control.category === 'service' && !MANY.has(control.name) ? 'SERVICE' : 'KEY';
}

function argumentsOf(method) {
    return (method.args ?? []).flatMap((arg) => {
        const type = (TYPES[`${method.by}.${method.name}.${arg.name}`] ?? arg.type).replace(/^any\??$/, 'string|number|bool|list<string>');
        const made = argumentFields(arg.argument ?? arg.name, type, context);
        for (const part of made.missing) missing.push(`${method.by}.${method.name}.${arg.name}: ${part}`);
        const given = DEFAULTS[`${method.by}.${arg.name}`];
        const required = !type.endsWith('?') && given === undefined;
        if (required && !made.fields.length) throw new Error(`${method.by}.${method.name} cannot be called`);
        return made.fields.map((field) => ({ ...field, wire: arg.name, deflt: given === undefined ? 0 : defaultId(given), from: propId.get(FROM[`${method.by}.${arg.name}`]) ?? 0, required }));
    });
}

const all = new Map(); // C name -> method

// The methods that a package's controls are the first to have.
export function methodsOf(pack) {
    for (const control of pack.controls)
        for (const method of control.methods ?? []) {
            if (LEFT_OUT.has(`${method.by}.${method.name}`)) continue;
            const c = methodName(method);
            const found = all.get(c);
            if (found) {
                found.kinds.push(control);
                continue;
            }
            const target = targetOf(control, method);
            all.set(c, { c, by: method.by, wire: method.wire, pack, target, kinds: [control], returns: method.returns, result: readingOf(method.returns),
                fields: argumentsOf(method), hasArgs: method.args !== null, omit: Boolean(method.optional_args_omitted_when_null),
                timeout: method.timeout_s ? method.timeout_s * 1000 : 0, name: method.name });
        }
    return [...all.values()].filter((method) => method.pack === pack).sort((a, b) => byText(a.c, b.c));
}

// Every method with its number, once all packages were asked.
export function numbered() {
    const list = [...all.values()].sort((a, b) => byText(a.c, b.c));
    list.forEach((method, at) => (method.id = at + 1));
    for (const method of list) {
        const taken = new Set(['call_', 'page', 'timeout_ms', ...(method.target === 'KEY' ? ['key'] : []), ...(method.result ? ['result'] : [])]);
        for (const field of method.fields) {
            if (taken.has(field.name)) throw new Error(`${method.c}: two fields are called ${field.name}`);
            taken.add(field.name);
        }
    }
    return list;
}
