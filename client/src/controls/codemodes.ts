// Languages, each fetched when an editor speaks it. The others are plain text.

import type { StreamParser } from '@codemirror/language';

type Mode = StreamParser<unknown>;

const clike = () => import('@codemirror/legacy-modes/mode/clike');
const script = () => import('@codemirror/legacy-modes/mode/javascript');
const query = () => import('@codemirror/legacy-modes/mode/sql');
const mark = () => import('@codemirror/legacy-modes/mode/xml');
const styles = () => import('@codemirror/legacy-modes/mode/css');

const MODES: { [language: string]: () => Promise<Mode> } = {
    bash: async () => (await import('@codemirror/legacy-modes/mode/shell')).shell,
    clojure: async () => (await import('@codemirror/legacy-modes/mode/clojure')).clojure,
    cmake: async () => (await import('@codemirror/legacy-modes/mode/cmake')).cmake,
    cpp: async () => (await clike()).cpp,
    cs: async () => (await clike()).csharp,
    css: async () => (await styles()).css,
    dart: async () => (await clike()).dart,
    diff: async () => (await import('@codemirror/legacy-modes/mode/diff')).diff,
    dockerfile: async () => (await import('@codemirror/legacy-modes/mode/dockerfile')).dockerFile,
    erlang: async () => (await import('@codemirror/legacy-modes/mode/erlang')).erlang,
    go: async () => (await import('@codemirror/legacy-modes/mode/go')).go,
    haskell: async () => (await import('@codemirror/legacy-modes/mode/haskell')).haskell,
    ini: async () => (await import('@codemirror/legacy-modes/mode/properties')).properties,
    java: async () => (await clike()).java,
    javascript: async () => (await script()).javascript,
    json: async () => (await script()).json,
    julia: async () => (await import('@codemirror/legacy-modes/mode/julia')).julia,
    kotlin: async () => (await clike()).kotlin,
    less: async () => (await styles()).less,
    lua: async () => (await import('@codemirror/legacy-modes/mode/lua')).lua,
    nginx: async () => (await import('@codemirror/legacy-modes/mode/nginx')).nginx,
    objectivec: async () => (await clike()).objectiveC,
    perl: async () => (await import('@codemirror/legacy-modes/mode/perl')).perl,
    pgsql: async () => (await query()).pgSQL,
    powershell: async () => (await import('@codemirror/legacy-modes/mode/powershell')).powerShell,
    properties: async () => (await import('@codemirror/legacy-modes/mode/properties')).properties,
    protobuf: async () => (await import('@codemirror/legacy-modes/mode/protobuf')).protobuf,
    python: async () => (await import('@codemirror/legacy-modes/mode/python')).python,
    r: async () => (await import('@codemirror/legacy-modes/mode/r')).r,
    ruby: async () => (await import('@codemirror/legacy-modes/mode/ruby')).ruby,
    rust: async () => (await import('@codemirror/legacy-modes/mode/rust')).rust,
    scala: async () => (await clike()).scala,
    scss: async () => (await styles()).sCSS,
    shell: async () => (await import('@codemirror/legacy-modes/mode/shell')).shell,
    sql: async () => (await query()).standardSQL,
    swift: async () => (await import('@codemirror/legacy-modes/mode/swift')).swift,
    typescript: async () => (await script()).typescript,
    xml: async () => (await mark()).xml,
    yaml: async () => (await import('@codemirror/legacy-modes/mode/yaml')).yaml,
};

export async function modeOf(language: string): Promise<Mode | undefined> {
    return Object.hasOwn(MODES, language) ? await MODES[language]!() : undefined;
}
