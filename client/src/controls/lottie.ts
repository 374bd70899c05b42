// Animations of After Effects, drawn by lottie-web's light player: one without expressions, so without eval.

import player from 'lottie-web/build/player/esm/lottie_light.min.js';
import type { Context, Widget } from '../dom/widget.ts';
import { harmless } from '../core/lottie.ts';
import type { Value } from '../core/tree.ts';
import { lookup } from '../core/values.ts';
import { el, setAttribute } from '../dom/elements.ts';
import { adopt } from '../dom/sheet.ts';
import { MOST_BYTES, motionBytes } from './motionfile.ts';
import css from './lottie.css?text';

const ASPECTS: { [fit: string]: string } = {
    fill: 'none',
    cover: 'xMidYMid slice',
    contain: 'xMidYMid meet',
    scaledown: 'xMidYMid meet',
    fitwidth: 'xMidYMid meet',
    fitheight: 'xMidYMid meet',
    none: 'xMidYMid meet',
};

type Motion = ReturnType<typeof player.loadAnimation>;

export function lottie(context: Context): Widget {
    adopt(css);
    const root = el('div', 't-lottie');
    const stage = el('div');
    const instead = el('div', 't-lottie-instead');
    root.append(stage, instead);
    const calm = matchMedia('(prefers-reduced-motion: reduce)');
    let motion: Motion | undefined;
    let src: Value | undefined;
    let headers = '';
    // The last load is the one that counts, until the control is gone.
    let load = 0;
    let made = '';
    let facts: object | undefined;

    const fail = (error: unknown) => {
        motion?.destroy();
        motion = facts = undefined;
        instead.hidden = false;
        context.place(instead, context.children('error_content'));
        context.emit('error', String((error as Error).message ?? error));
    };
    const open = async (own: number) => {
        try {
            const found = await read(src, context.get('headers'));
            if (own !== load) return;
            facts = found;
            made = '';
            play();
        } catch (error) {
            if (own === load) fail(error);
        }
    };
    // Where people want no motion it shows where it begins.
    const play = () => {
        if (!facts) return;
        const rules = { loop: context.is('repeat', true), runs: context.is('animate', true) && !calm.matches };
        const aspect = lookup(ASPECTS, context.get('fit')) ?? 'xMidYMid meet';
        const wanted = JSON.stringify([rules, aspect, context.is('reverse')]);
        if (wanted === made) return;
        made = wanted;
        motion?.destroy();
        instead.hidden = true;
        motion = player.loadAnimation({
            container: stage,
            renderer: 'svg',
            loop: rules.loop,
            autoplay: false,
            // The player changes what it is given.
            animationData: structuredClone(facts),
            rendererSettings: { preserveAspectRatio: aspect },
        });
        if (context.is('reverse')) turnAround(motion, rules);
        else if (rules.runs) motion.play();
    };
    calm.addEventListener('change', play);

    return {
        root,
        update() {
            const label = context.text('tooltip');
            setAttribute(stage, 'role', label ? 'img' : undefined);
            setAttribute(stage, 'aria-label', label || undefined);
            setAttribute(stage, 'aria-hidden', label ? undefined : 'true');
            // With other headers the server may have another answer.
            const wanted = JSON.stringify(context.get('headers') ?? null);
            if (context.get('src') === src && wanted === headers) return play();
            src = context.get('src');
            headers = wanted;
            void open(++load);
        },
        dispose() {
            load++;
            calm.removeEventListener('change', play);
            motion?.destroy();
        },
    };
}

// There and back again, as Flet's does, where it repeats; otherwise from the end to the beginning.
function turnAround(motion: Motion, { loop, runs }: { loop: boolean; runs: boolean }): void {
    motion.loop = false;
    motion.addEventListener('complete', () => {
        if (!loop) return;
        motion.setDirection(motion.playDirection === 1 ? -1 : 1);
        motion.play();
    });
    if (loop) return void (runs && motion.play());
    motion.setDirection(-1);
    motion.goToAndStop(motion.totalFrames - 1, true);
    if (runs) motion.play();
}

async function read(src: Value | undefined, headers: Value | undefined): Promise<object> {
    const isWritten = typeof src === 'string' && src.trimStart().startsWith('{');
    const words = isWritten ? src : new TextDecoder().decode(await motionBytes(src, headers));
    if (words.length > MOST_BYTES) throw new Error('The animation is too large');
    return harmless(JSON.parse(words), document.baseURI);
}
