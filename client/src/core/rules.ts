// What a field takes of what a person types: its filter, capitals and length. The server does the same and has the
// last word (sdk/tree/text_rules.h says the rules). Pure.

import { isMap, type Value } from './tree.ts';

export type Rule = (now: string, typed: string) => string;

export function rulesOf(filter: Value, capitals: Value, most: Value): Rule {
    // What is to be written in capitals may be typed without, and the other way round.
    const pattern = patternOf(filter, ['characters', 'words', 'sentences'].includes(String(capitals)));
    return (now, typed) => {
        if (!typed) return typed;
        const filtered = pattern ? keepAllowed(pattern, now, typed) : typed;
        return atMost(typeof most === 'number' ? most : 0, now, capitalized(String(capitals), filtered));
    };
}

type Pattern = { regex: RegExp; allows: boolean; replacement: string };

function patternOf(filter: Value, hasCapitals: boolean): Pattern | undefined {
    if (!isMap(filter) || typeof filter['regex_string'] !== 'string' || !filter['regex_string']) return undefined;
    const flags = [
        'g',
        filter['multiline'] === true ? 'm' : '',
        filter['case_sensitive'] === false || hasCapitals ? 'i' : '',
        filter['dot_all'] === true ? 's' : '',
        filter['unicode'] === true ? 'u' : '',
    ].join('');
    try {
        return {
            regex: new RegExp(filter['regex_string'], flags),
            allows: filter['allow'] !== false,
            replacement: typeof filter['replacement_string'] === 'string' ? filter['replacement_string'] : '',
        };
    } catch {
        return undefined; // the server's log names it
    }
}

function keepAllowed({ regex, allows, replacement }: Pattern, now: string, typed: string): string {
    const matches = [...typed.matchAll(regex)];
    if (!matches.length && allows) return now;
    const region = (text: string, isMatch: boolean) => (isMatch === allows ? text : text && replacement);
    let result = '';
    let done = 0;
    for (const { 0: match, index } of matches) {
        result += region(typed.slice(done, index), false) + region(match, true);
        done = index + match.length;
    }
    return result + region(typed.slice(done), false);
}

const SPACE = /[ \t-\r\u00a0]/;

function capitalized(how: string, text: string): string {
    if (how === 'characters') return text.toUpperCase();
    if (how !== 'words' && how !== 'sentences') return text;
    let isDue = true;
    return [...text]
        .map((letter) => {
            const result = isDue ? letter.toUpperCase() : letter;
            if (how === 'words') isDue = SPACE.test(letter);
            else isDue = /[.!?\n]/.test(letter) || (isDue && SPACE.test(letter));
            return result;
        })
        .join('');
}

// Letters as people see them.
export function lettersOf(text: string): string[] {
    return [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
}

function atMost(most: number, now: string, typed: string): string {
    if (most <= 0 || typed.length <= most) return typed;
    const letters = lettersOf(typed);
    if (letters.length <= most) return typed;
    const held = lettersOf(now).length;
    if (held > most && letters.length <= held) return typed;
    return held < most ? letters.slice(0, most).join('') : now;
}
