// What an editor is made of, as the properties of its control say.

import { autocompletion, completeAnyWord, completeFromList } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import {
    bracketMatching,
    foldGutter,
    foldKeymap,
    indentOnInput,
    StreamLanguage,
    type StreamParser,
} from '@codemirror/language';
import { lintGutter, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { Annotation, Compartment, EditorState, type Extension } from '@codemirror/state';
import { EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { isMap, type Value, type ValueMap } from '../core/tree.ts';
import { color, given, number, oneOf, px, text, textStyle } from '../core/values.ts';
import type { Context } from '../dom/widget.ts';
import { folds } from './codefolds.ts';
import { modeOf } from './codemodes.ts';
import { colors, look } from './codelook.ts';

// A change that came from the server.
export const remote = Annotation.define<boolean>();

const LEAVES = 'Tab indents. Escape and then Tab leaves the editor.';

export class Parts {
    private readonly places = {
        language: new Compartment(),
        rights: new Compartment(),
        gutters: new Compartment(),
        words: new Compartment(),
        theme: new Compartment(),
    };
    private readonly made = new Map<string, string>();
    private language = '';

    constructor(private readonly context: Context) {}

    get all(): Extension {
        return [
            Object.values(this.places).map((place) => place.of([])),
            history(),
            folds,
            bracketMatching(),
            indentOnInput(),
            highlightActiveLine(),
            // Escape lets the next Tab leave: that is CodeMirror's own way out.
            keymap.of([...defaultKeymap, ...historyKeymap, ...foldKeymap, indentWithTab]),
            look,
        ];
    }

    update(view: EditorView): void {
        const { context } = this;
        const gutter = context.get('gutter_style');
        const rules: ValueMap = isMap(gutter) ? gutter : {};
        const isFixed = context.is('read_only') || context.isDisabled;
        const label = context.text('tooltip') || 'Code';
        this.put(view, 'rights', [isFixed, context.isDisabled, label], () =>
            rights(isFixed, context.isDisabled, label),
        );
        this.put(view, 'gutters', rules, () => gutters(rules));
        const words = context.get('autocomplete_words');
        const helps = context.is('autocomplete');
        this.put(view, 'words', [helps, words ?? null], () => (helps ? completion(words) : []));
        this.put(view, 'theme', context.get('code_theme') ?? null, () => colors(context.get('code_theme')));
        this.mark(view, context.get('issues'));
        this.speak(view);
    }

    private put(view: EditorView, name: keyof Parts['places'], wanted: unknown, make: () => Extension): void {
        const key = JSON.stringify(wanted);
        if (this.made.get(name) === key) return;
        this.made.set(name, key);
        view.dispatch({ effects: this.places[name].reconfigure(make()) });
    }

    // Each language is a file of its own.
    private speak(view: EditorView): void {
        const wanted = this.context.text('language');
        if (wanted === this.language) return;
        this.language = wanted;
        const show = (parser: StreamParser<unknown> | undefined) => {
            if (this.language !== wanted) return;
            const language = parser ? StreamLanguage.define(parser) : [];
            view.dispatch({ effects: this.places.language.reconfigure(language) });
        };
        modeOf(wanted).then(show, () => show(undefined));
    }

    private mark(view: EditorView, value: Value | undefined): void {
        const key = JSON.stringify(value ?? []);
        if (this.made.get('issues') === key || (key === '[]' && !this.made.has('issues'))) return;
        this.made.set('issues', key);
        const issues = Array.isArray(value) ? value.filter(isMap) : [];
        view.dispatch(
            setDiagnostics(
                view.state,
                issues.map((issue) => diagnostic(view, issue)),
            ),
        );
    }
}

function rights(isFixed: boolean, isDisabled: boolean, label: string): Extension {
    return [
        EditorState.readOnly.of(isFixed),
        EditorView.editable.of(!isDisabled),
        EditorView.contentAttributes.of({
            'aria-label': label,
            ...(isFixed ? { 'aria-readonly': 'true' } : { 'aria-description': LEAVES }),
            // It scrolls, so keys have to get there.
            tabindex: '0',
        }),
    ];
}

function gutters(rules: ValueMap): Extension {
    const style = textStyle(rules['text_style']);
    return [
        rules['show_line_numbers'] === false ? [] : lineNumbers(),
        rules['show_folding_handles'] === false ? [] : foldGutter(),
        rules['show_errors'] === false ? [] : lintGutter(),
        EditorView.theme({
            '.cm-gutters': {
                ...given(style),
                ...(rules['background_color'] ? { backgroundColor: color(rules['background_color']) ?? '' } : {}),
                ...(number(rules['width']) !== undefined ? { minWidth: px(rules['width']) ?? '' } : {}),
                ...(number(rules['margin']) !== undefined ? { marginInlineEnd: px(rules['margin']) ?? '' } : {}),
            },
        }),
    ];
}

function completion(value: Value | undefined): Extension {
    const words = Array.isArray(value) ? value.map(text).filter(Boolean) : [];
    return autocompletion({ override: [completeFromList(words), completeAnyWord] });
}

function diagnostic(view: EditorView, issue: ValueMap): Diagnostic {
    const line = view.state.doc.line(Math.max(1, Math.min(view.state.doc.lines, (number(issue['line']) ?? 0) + 1)));
    const hint = text(issue['suggestion']);
    return {
        from: line.from,
        to: line.to,
        severity: oneOf(issue['type'], ['error', 'warning', 'info']) ?? 'error',
        message: hint ? `${text(issue['message'])} ${hint}` : text(issue['message']),
    };
}
