// Services that say when the network or the battery changes.

import type { Context, Widget } from '../dom/widget.ts';
import { batteryOf, batteryState, connectivity } from '../dom/device.ts';
import { unseen } from '../dom/service.ts';

export function connectivityService(context: Context): Widget {
    const ends = new AbortController();
    const { signal } = ends;
    let last = String(connectivity());
    const tell = () => {
        const now = connectivity();
        if (String(now) === last) return;
        last = String(now);
        context.emit('change', { connectivity: now });
    };
    addEventListener('online', tell, { signal });
    addEventListener('offline', tell, { signal });
    const { connection } = navigator as { connection?: EventTarget };
    connection?.addEventListener('change', tell, { signal });
    return { root: unseen(), update: () => undefined, dispose: () => ends.abort() };
}

export function batteryService(context: Context): Widget {
    const ends = new AbortController();
    let isAsked = false;
    const watch = async () => {
        const battery = await batteryOf();
        let last = batteryState(battery);
        const tell = () => {
            const state = batteryState(battery);
            if (state !== last) context.emit('state_change', { state });
            last = state;
        };
        for (const type of ['chargingchange', 'levelchange']) battery.addEventListener(type, tell, ends);
    };
    return {
        root: unseen(),
        update() {
            if (isAsked || !context.handles('state_change')) return;
            isAsked = true;
            // Where there is none to ask, a call of the app is told so; there is no event for it.
            watch().catch((error) => console.warn('troupe: Battery:', error));
        },
        dispose: () => ends.abort(),
    };
}
