// What the person lets the page use, and asking for it, as far as browsers have permissions.

import type { Context, Widget } from '../dom/widget.ts';
import type { Value } from '../core/tree.ts';
import { lookup, text } from '../core/values.ts';
import { answering, unseen, type Calls } from '../dom/service.ts';
import { grantOf, refuseSettings, said } from './grants.ts';

type Answer = Promise<boolean | undefined>;

// The browsers' names of what Flet's stand for.
const NAMES: { readonly [permission: string]: string } = {
    camera: 'camera',
    location: 'geolocation',
    locationwheninuse: 'geolocation',
    microphone: 'microphone',
    notification: 'notifications',
    sensors: 'accelerometer',
};

// True where the person agrees, or had agreed; otherwise only the browser's memory tells.
const ASKS: { readonly [name: string]: () => Answer } = {
    camera: () => grantOf('camera'),
    geolocation: askPlace,
    microphone: () => grantOf('microphone'),
    notifications: askNotices,
    accelerometer: askMotion,
};

const CALLS: Calls<null> = {
    get_status: (_self, args) => statusOf(text(args['permission'])),
    request: (_self, args) => request(text(args['permission'])),
    open_app_settings: refuseSettings,
};

export function permissionHandler(_context: Context): Widget {
    return { root: unseen(), update: () => undefined, invoke: answering(CALLS, null) };
}

function nameOf(permission: string): string {
    const name = lookup(NAMES, permission);
    // As Flet's own client does in browsers.
    if (!name) throw new Error(`Browsers have no permission that is called ${permission}`);
    return name;
}

// Flet's words: `denied` is what may be asked for still.
async function statusOf(permission: string): Promise<Value> {
    const name = nameOf(permission);
    if (!isSecureContext) return 'permanentlyDenied';
    const state = (await said(name)) ?? noticeState(name);
    if (state === 'granted') return 'granted';
    return state === 'denied' ? 'permanentlyDenied' : 'denied';
}

async function request(permission: string): Promise<Value> {
    const name = nameOf(permission);
    if (!isSecureContext) throw new Error(`Permissions (${name}) are for pages that came by https only`);
    // Who turned the question away was asked, and may be asked again: the browser remembers no answer.
    return (await ASKS[name]!()) ? 'granted' : await statusOf(permission);
}

const noticeState = (name: string): string | undefined =>
    name === 'notifications' && 'Notification' in globalThis ? Notification.permission : undefined;

async function askPlace(): Answer {
    const { geolocation } = navigator as { geolocation?: Geolocation };
    if (!geolocation) throw new Error('This browser does not know where the device is');
    return await new Promise((done) => {
        // Where it could not be found, the person had agreed.
        geolocation.getCurrentPosition(
            () => done(true),
            ({ code }) => done(code !== 1),
            { maximumAge: Infinity },
        );
    });
}

async function askNotices(): Answer {
    if (!('Notification' in globalThis)) throw new Error('This browser has no notifications');
    return (await Notification.requestPermission()) === 'granted';
}

// iPhones ask, and only after a press; others let a page have them, or do not.
async function askMotion(): Answer {
    if (!('DeviceMotionEvent' in globalThis)) throw new Error('This browser has no sensors');
    const { requestPermission } = DeviceMotionEvent as unknown as { requestPermission?: () => Promise<string> };
    return requestPermission && (await requestPermission.call(DeviceMotionEvent)) === 'granted';
}
