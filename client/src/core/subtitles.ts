// Subtitles as WebVTT or SubRip have them: a time and what is said then. Pure.

export type Cue = { start: number; end: number; text: string };

// So that a text that is none costs nothing.
const MOST_CUES = 20_000;
const ARROW = /^\s*([\d:.,]+)\s+-->\s+([\d:.,]+)/;

export function cuesOf(words: string): Cue[] {
    const cues: Cue[] = [];
    for (const block of words.replace(/\r\n?/g, '\n').split(/\n{2,}/)) {
        const lines = block.split('\n');
        const at = lines.findIndex((line) => ARROW.test(line));
        if (at < 0) continue;
        const [, from, to] = ARROW.exec(lines[at]!)!;
        const [start, end] = [seconds(from!), seconds(to!)];
        const text = plain(lines.slice(at + 1).join('\n'));
        if (text && start < end) cues.push({ start, end, text });
        if (cues.length === MOST_CUES) break;
    }
    return cues;
}

// 1:02:03.5 or 02:03,500; what is no time is NaN, which is before and after nothing.
function seconds(time: string): number {
    const parts = time.replace(',', '.').split(':').map(Number);
    return parts.length > 3 ? NaN : parts.reduce((sum, part) => sum * 60 + part, 0);
}

// Tags for voices, styles and places are not drawn.
function plain(words: string): string {
    return words
        .replace(/<[^<>]*>|\{\\[^{}]*\}/g, '')
        .replace(/&lt;/g, '<')
        .replace(/&gt;/g, '>')
        .replace(/&nbsp;/g, ' ')
        .replace(/&amp;/g, '&')
        .trim();
}
