// Colours of code: those of the page's theme, or the app's own.

import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { isMap, type Value } from '../core/tree.ts';
import { given, textStyle } from '../core/values.ts';

const role = (name: string): string => `var(--md-sys-color-${name})`;

// Without the pictures that CodeMirror has for them.
const SHADES = { error: role('error'), warning: role('tertiary'), info: role('outline') };
const issues = Object.fromEntries(
    Object.entries(SHADES).flatMap(([kind, shade]) => [
        [`.cm-lintRange-${kind}`, { backgroundImage: 'none', textDecoration: `underline wavy ${shade}` }],
        [`.cm-lint-marker-${kind}`, { content: 'normal', backgroundColor: shade, borderRadius: '50%' }],
        [`.cm-diagnostic-${kind}`, { borderInlineStart: `5px solid ${shade}` }],
    ]),
);

export const look: Extension = EditorView.theme({
    ...issues,
    '.cm-lint-marker': { width: '0.8em', height: '0.8em', marginTop: '0.35em' },
    '&': { height: '100%', color: role('on-surface'), backgroundColor: 'transparent' },
    '&.cm-focused': { outline: `2px solid ${role('primary')}`, outlineOffset: '-2px' },
    '.cm-scroller': { fontFamily: 'inherit', lineHeight: 'inherit', overflow: 'auto' },
    '.cm-content': { caretColor: role('on-surface') },
    '.cm-gutters': { color: role('on-surface-variant'), backgroundColor: 'transparent', border: '0' },
    '.cm-activeLine': { backgroundColor: `color-mix(in srgb, ${role('on-surface')} 6%, transparent)` },
    '.cm-selectionBackground, ::selection': { backgroundColor: `${role('primary-container')} !important` },
    '.cm-foldPlaceholder': {
        color: role('on-surface-variant'),
        backgroundColor: role('surface-container-high'),
        border: '0',
    },
    '.cm-tooltip': {
        color: role('on-surface'),
        backgroundColor: role('surface-container'),
        border: '0',
        borderRadius: '4px',
    },
    '.cm-tooltip-autocomplete ul li[aria-selected]': { color: role('on-primary'), backgroundColor: role('primary') },
});

// What Flet's themes name, as CodeMirror does.
const NAMES = {
    keyword: tags.keyword,
    string: tags.string,
    comment: tags.comment,
    number: tags.number,
    literal: tags.atom,
    built_in: tags.standard(tags.variableName),
    type: tags.typeName,
    class_name: tags.className,
    title: tags.definition(tags.variableName),
    variable: tags.variableName,
    operator: tags.operator,
    meta: tags.meta,
    tag: tags.tagName,
    attr: tags.attributeName,
    attribute: tags.propertyName,
    regexp: tags.regexp,
    link: tags.link,
    strong: tags.strong,
    emphasis: tags.emphasis,
    section: tags.heading,
    addition: tags.inserted,
    deletion: tags.deleted,
} as const;

const OURS = HighlightStyle.define([
    { tag: [tags.keyword, tags.tagName, tags.heading], color: role('primary'), fontWeight: '500' },
    { tag: [tags.string, tags.regexp, tags.inserted, tags.link], color: role('tertiary') },
    { tag: [tags.number, tags.atom, tags.bool, tags.deleted], color: role('error') },
    { tag: [tags.comment, tags.meta], color: role('on-surface-variant'), fontStyle: 'italic' },
    { tag: [tags.typeName, tags.className, tags.attributeName, tags.propertyName], color: role('secondary') },
    { tag: tags.strong, fontWeight: 'bold' },
    { tag: tags.emphasis, fontStyle: 'italic' },
]);

// A theme by name is one of Flutter's; the page's colours stand for each of them.
export function styleOfTheme(theme: Value | undefined): HighlightStyle {
    if (!isMap(theme)) return OURS;
    const specs = Object.entries(NAMES).flatMap(([name, tag]) => {
        const style = styleOf(theme[name]);
        return Object.keys(style).length ? [{ tag, ...style }] : [];
    });
    return HighlightStyle.define(specs);
}

export function colors(theme: Value | undefined): Extension {
    const style = syntaxHighlighting(styleOfTheme(theme));
    return isMap(theme) ? [style, EditorView.theme({ '&': styleOf(theme['root']) })] : style;
}

// As CodeMirror has it.
function styleOf(value: Value | undefined): { [name: string]: string } {
    return Object.fromEntries(Object.entries(given(textStyle(value))).map(([key, one]) => [camel(key), one!]));
}

const camel = (name: string): string => name.replace(/-([a-z])/g, (_all, letter: string) => letter.toUpperCase());
