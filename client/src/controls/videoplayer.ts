// Plays the films of a list, one after the other, and says what happens.

import type { Context } from '../dom/widget.ts';
import { mediaUrl } from '../core/links.ts';
import { MODES, Playlist } from '../core/playlist.ts';
import { isMap, type Value } from '../core/tree.ts';
import { durationMs, number, oneOf, text } from '../core/values.ts';
import { answering, type Calls } from '../dom/service.ts';
import { pictureOf } from './frames.ts';
import { duration, setRate, start } from './playing.ts';

const CALLS: Calls<Player> = {
    play: (player) => player.play(),
    pause: (player) => player.pause(),
    play_or_pause: (player) => (player.film.paused ? player.play() : player.pause()),
    stop: (player) => player.stop(),
    next: (player) => player.step(1),
    previous: (player) => player.step(-1),
    seek: ({ film }, args) => {
        film.currentTime = (durationMs(args['position']) ?? 0) / 1000;
        return null;
    },
    jump_to: (player, args) => player.jump(number(args['media_index']) ?? -1),
    is_playing: ({ film }) => !film.paused && !film.ended,
    is_completed: ({ film }) => film.ended,
    get_duration: ({ film }) => duration(film.duration),
    get_current_position: ({ film }) => duration(film.currentTime),
    take_screenshot: ({ film }, args) => pictureOf(film, text(args['format']) || 'image/png'),
};

export class Player {
    readonly list = new Playlist();
    private addresses: string[] = [];
    private shown = '';
    private isToldReady = false;
    private volume: number | undefined;

    constructor(
        private readonly context: Context,
        readonly film: HTMLVideoElement,
    ) {
        film.addEventListener('loadeddata', () => this.tellReady());
        film.addEventListener('timeupdate', () => this.tell('position_change', () => duration(film.currentTime)));
        film.addEventListener('durationchange', () => this.tell('duration_change', () => duration(film.duration)));
        film.addEventListener('ended', () => this.onEnd());
        film.addEventListener(
            'error',
            () => film.hasAttribute('src') && this.fail(film.error?.message || 'It cannot be played'),
        );
    }

    update(): void {
        const { context, film, list } = this;
        list.mode = oneOf(context.get('playlist_mode'), MODES) ?? 'none';
        list.shuffle(context.is('shuffle_playlist'));
        const volume = number(context.get('volume')) ?? 100;
        if (volume !== this.volume) film.volume = Math.max(0, Math.min(1, volume / 100));
        this.volume = volume;
        setRate(film, context.get('playback_rate'));
        this.take(addressesOf(context.get('playlist')));
    }

    readonly invoke = answering(CALLS, this as Player);

    async play(): Promise<Value> {
        await start(this.film);
        return null;
    }

    pause(): Value {
        this.film.pause();
        return null;
    }

    // Back to the beginning of the first.
    stop(): Value {
        this.film.pause();
        this.open(0);
        this.film.currentTime = 0;
        return null;
    }

    step(by: 1 | -1): Value {
        const next = this.list.beside(by);
        if (next !== undefined) this.go(next);
        return null;
    }

    jump(index: number): Value {
        if (!this.list.has(index)) throw new Error(`The playlist has no item ${index}`);
        this.go(index);
        return null;
    }

    dispose(): void {
        this.film.pause();
        this.film.removeAttribute('src');
        this.film.load();
    }

    private go(index: number): void {
        const isPlaying = !this.film.paused || this.film.ended;
        this.open(index);
        if (isPlaying) this.start();
        this.context.emit('track_change', index);
    }

    private start(): void {
        this.play().catch((error: Error) => this.fail(error.message));
    }

    // What plays goes on while the list changes around it.
    private take(addresses: string[]): void {
        if (addresses.join('\n') === this.addresses.join('\n')) return;
        const isFirst = this.addresses.length === 0;
        const at = addresses.indexOf(this.shown);
        this.addresses = addresses;
        this.list.fill(addresses.length, Math.max(0, at));
        if (at >= 0) return;
        const isPlaying = !this.film.paused;
        this.open(0);
        if (isPlaying || (isFirst && this.context.is('autoplay'))) this.start();
    }

    private open(index: number): void {
        const { film } = this;
        this.list.at = index;
        const address = this.addresses[index] ?? '';
        if (address === this.shown) {
            film.currentTime = 0;
            return;
        }
        this.shown = address;
        const source = mediaUrl(address, document.baseURI);
        if (source) film.src = source;
        else film.removeAttribute('src');
        film.load();
        if (address && !source) this.fail(`The address of item ${index} is none that a page may play`);
    }

    private onEnd(): void {
        this.context.emit('complete', true);
        const next = this.list.following();
        if (next === undefined) return;
        const isOther = next !== this.list.at;
        this.open(next);
        this.start();
        if (isOther) this.context.emit('track_change', next);
    }

    private tellReady(): void {
        if (this.isToldReady) return;
        this.isToldReady = true;
        this.context.emit('load');
    }

    private tell(event: string, data: () => Value): void {
        if (this.context.handles(event)) this.context.emit(event, data());
    }

    private fail(message: string): void {
        this.context.emit('error', message);
    }
}

function addressesOf(value: Value | undefined): string[] {
    const items = Array.isArray(value) ? value : [value ?? null];
    return items.flatMap((item) => (isMap(item) && text(item['resource']) ? [text(item['resource'])] : []));
}
