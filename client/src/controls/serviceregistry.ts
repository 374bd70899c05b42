// Services have nothing to draw. Those that report by themselves, or keep something open, are widgets out of sight;
// the others are only called.

import type { Context, Widget } from '../dom/widget.ts';
import { el } from '../dom/elements.ts';

const REPORTING = new Set([
    'Accelerometer',
    'Audio',
    'AudioRecorder',
    'Barometer',
    'Battery',
    'Connectivity',
    'Flashlight',
    'Geolocator',
    'Gyroscope',
    'Magnetometer',
    'PermissionHandler',
    'SecureStorage',
    'ShakeDetector',
    'UserAccelerometer',
]);

export function serviceRegistry(context: Context): Widget {
    const root = el('div');
    root.hidden = true;
    return {
        root,
        update: () =>
            context.place(
                root,
                context.children('_services').filter(({ type }) => REPORTING.has(type)),
            ),
    };
}
