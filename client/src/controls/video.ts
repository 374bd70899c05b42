// Films, played by the browser's own player with its own buttons.

import type { Context, Widget } from '../dom/widget.ts';
import { FITS } from '../core/fits.ts';
import { fileUrl } from '../core/links.ts';
import { cuesOf, type Cue } from '../core/subtitles.ts';
import { isMap, listOf, type Value, type ValueMap } from '../core/tree.ts';
import { box, color, lookup, number, oneOf, point, text, textStyle } from '../core/values.ts';
import { el, setAttribute, setText } from '../dom/elements.ts';
import { glyph } from '../dom/icons.ts';
import { adopt } from '../dom/sheet.ts';
import { setStyle } from '../dom/style.ts';
import { Player } from './videoplayer.ts';
import css from './video.css?text';

const HTTP = /^(?:https?:\/\/|www\.)/;

export function video(context: Context): Widget {
    adopt(css);
    const root = el('div', 't-video');
    const film = el('video');
    const over = el('div', 't-video-over');
    film.playsInline = true;
    film.preload = 'metadata';
    const player = new Player(context, film);
    const said = new Subtitles(context, film);
    const skips = skipButtons(player);
    root.append(film, said.root, over, skips);
    const ends = new AbortController();
    for (const type of ['play', 'pause', 'ended'])
        film.addEventListener(type, () => root.classList.toggle('t-video-runs', !film.paused));
    followFullscreen(context, root, film, ends.signal);
    followSight(context, player, ends.signal);

    return {
        root,
        update() {
            player.update();
            said.update();
            const own = controlsNow(context, root);
            const hasButtons = context.get('show_controls') !== false && isMap(own);
            film.controls = hasButtons;
            root.classList.toggle('t-video-buttons', hasButtons);
            context.place(over, listOf(own));
            film.muted = context.is('muted');
            setAttribute(film, 'aria-label', context.text('title') || 'Video');
            skips.hidden = !hasButtons || player.list.count < 2 || !wantsSkips(own);
            const at = point(context.get('alignment')) ?? { x: 0, y: 0 };
            setStyle(film, {
                'object-fit': lookup(FITS, context.get('fit')) ?? 'contain',
                'object-position': `${(at.x + 1) * 50}% ${(at.y + 1) * 50}%`,
            });
            context.rootStyle = { 'background-color': color(context.get('fill_color')) ?? 'black' };
            goFullscreen(context, root);
        },
        invoke: player.invoke,
        dispose() {
            ends.abort();
            player.dispose();
        },
    };
}

// A set of buttons, a control of the app in their place, or one of these for each mode.
function controlsNow(context: Context, root: HTMLElement): Value {
    const own = context.get('controls') ?? null;
    if (!isMap(own) || '_type' in own) return own;
    const mode = isFull(root) ? 'fullscreen' : 'normal';
    return own[mode] ?? own['default'] ?? null;
}

function wantsSkips(own: Value): boolean {
    if (!isMap(own)) return false;
    const look = isMap(own['material_desktop']) ? own['material_desktop'] : own;
    return look['automatically_imply_skip_next_button'] !== false;
}

function skipButtons(player: Player): HTMLElement {
    const bar = el('div', 't-video-skips');
    const button = (name: string, icon: number, step: 1 | -1) => {
        const one = el('button');
        one.type = 'button';
        one.ariaLabel = name;
        one.append(glyph(icon));
        one.addEventListener('click', () => player.step(step));
        bar.append(one);
    };
    button('Previous video', __ICON_CHEVRON_LEFT__, -1);
    button('Next video', __ICON_CHEVRON_RIGHT__, 1);
    return bar;
}

const isFull = (root: HTMLElement): boolean => root.contains(document.fullscreenElement);

function followFullscreen(context: Context, root: HTMLElement, film: HTMLVideoElement, signal: AbortSignal): void {
    let was = false;
    const tell = () => {
        const is = isFull(root);
        if (is === was) return;
        was = is;
        // The browser draws subtitles where it shows the film alone.
        for (const track of film.textTracks)
            if (track.mode !== 'disabled') track.mode = document.fullscreenElement === film ? 'showing' : 'hidden';
        if (context.is('fullscreen') !== is) context.set({ fullscreen: is });
        context.emit(is ? 'enter_fullscreen' : 'exit_fullscreen');
    };
    document.addEventListener('fullscreenchange', tell, { signal });
}

function goFullscreen(context: Context, root: HTMLElement): void {
    const isWanted = context.is('fullscreen');
    if (isWanted === isFull(root)) return;
    if (!isWanted) return void document.exitFullscreen().catch(() => undefined);
    root.requestFullscreen().catch(() => {
        context.set({ fullscreen: false });
        context.emit('error', 'Browsers fill the screen only just after the person has pressed something');
    });
}

// Out of sight it stops, and may go on by itself.
function followSight(context: Context, player: Player, signal: AbortSignal): void {
    let isHeld = false;
    const onSight = () => {
        if (document.hidden && !player.film.paused && context.is('pause_upon_entering_background_mode', true)) {
            isHeld = true;
            player.pause();
        } else if (!document.hidden && isHeld) {
            isHeld = false;
            if (context.is('resume_upon_entering_foreground_mode')) void player.play();
        }
    };
    document.addEventListener('visibilitychange', onSight, { signal });
}

// Drawn by us over the film, so that they look as the app says.
class Subtitles {
    readonly root = el('div', 't-video-said');
    private readonly words = el('span');
    private readonly track: TextTrack;
    private cues: Cue[] = [];
    private shown = '';

    constructor(
        private readonly context: Context,
        private readonly film: HTMLVideoElement,
    ) {
        this.track = film.addTextTrack('subtitles', 'Subtitles');
        this.track.mode = 'disabled';
        this.root.append(this.words);
        this.root.dir = 'auto';
        this.track.addEventListener('cuechange', () => this.say());
        // Of a film that stands still no change of cues is told.
        for (const type of ['timeupdate', 'seeked', 'loadeddata']) film.addEventListener(type, () => this.say());
    }

    update(): void {
        const look = this.context.get('subtitle_configuration');
        const rules: ValueMap = isMap(look) ? look : {};
        const scale = number(rules['text_scale_factor']) ?? 1;
        const style = textStyle(rules['text_style']);
        const size = parseFloat(style['font-size'] ?? '32') * scale;
        // Never more of the film than that, however small it is.
        setStyle(this.words, { ...style, 'font-size': `min(${size}px, max(16px, 6cqw))` });
        setStyle(this.root, {
            padding: box(rules['padding']) ?? '0 16px 24px',
            'text-align':
                oneOf(rules['text_align'], ['left', 'right', 'center', 'justify', 'start', 'end']) ?? 'center',
        });
        this.root.hidden = rules['visible'] === false;
        this.take(this.context.get('subtitle_track'));
    }

    private take(value: Value | undefined): void {
        const src = isMap(value) ? text(value['src']) : '';
        if (src === this.shown) return;
        this.shown = src;
        this.fill([]);
        if (!src || src === 'none' || src === 'auto') return;
        if (!HTTP.test(src) && src.includes('-->')) return this.fill(cuesOf(src));
        this.fetch(src).catch((error: Error) => this.context.emit('error', `Subtitles: ${error.message}`));
    }

    private async fetch(src: string): Promise<void> {
        const address = fileUrl(src, document.baseURI);
        if (!address || new URL(address).origin !== location.origin)
            throw new Error('they are a text, or a file of this site');
        const answer = await fetch(address);
        if (!answer.ok) throw new Error(`the server says ${answer.status}`);
        const words = await answer.text();
        if (this.shown === src) this.fill(cuesOf(words));
    }

    private fill(cues: Cue[]): void {
        this.cues = cues;
        // The browser's own are for where it shows the film alone.
        this.track.mode = cues.length ? 'hidden' : 'disabled';
        for (const cue of [...(this.track.cues ?? [])]) this.track.removeCue(cue);
        for (const { start, end, text } of cues) this.track.addCue(new VTTCue(start, end, text));
        this.say();
    }

    private say(): void {
        const { currentTime: now } = this.film;
        const said = this.cues.filter(({ start, end }) => start <= now && now < end);
        setText(this.words, said.map(({ text }) => text).join('\n'));
    }
}
