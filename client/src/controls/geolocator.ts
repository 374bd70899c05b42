// Where the device is, as far as the person lets the page know it.

import type { Context, Widget } from '../dom/widget.ts';
import { distance } from '../core/earth.ts';
import { dateValue } from '../core/dates.ts';
import { isMap, type Value, type ValueMap } from '../core/tree.ts';
import { durationMs, number, oneOf } from '../core/values.ts';
import { answering, unseen, type Calls } from '../dom/service.ts';
import { refuseSettings, said } from './grants.ts';

const CALLS: Calls<Locator> = {
    get_current_position: (locator, args) => locator.now(args['configuration']),
    get_last_known_position: (locator) => locator.last ?? null,
    get_permission_status: () => status(),
    request_permission: (locator) => locator.ask(),
    is_location_service_enabled: () => isSecureContext && 'geolocation' in navigator,
    distance_between: (_locator, args) => {
        const at = (name: string) => number(args[name]) ?? 0;
        const from = { lat: at('start_latitude'), lng: at('start_longitude') };
        return distance(from, { lat: at('end_latitude'), lng: at('end_longitude') });
    },
    open_app_settings: refuseSettings,
    open_location_settings: refuseSettings,
};

export function geolocator(context: Context): Widget {
    const locator = new Locator(context);
    return {
        root: unseen(),
        update: () => locator.watch(),
        invoke: answering(CALLS, locator),
        dispose: () => locator.stop(),
    };
}

class Locator {
    last: ValueMap | undefined;
    private watching: number | undefined;
    private rules = '';

    constructor(private readonly context: Context) {}

    // The person is asked for as long as somebody listens.
    watch(): void {
        const given = this.context.get('configuration');
        const isWanted = this.context.handles('position_change');
        const rules = isWanted ? JSON.stringify(rulesOf(given)) : '';
        if (rules === this.rules) return;
        this.stop();
        this.rules = rules;
        if (!isWanted) return;
        try {
            const least = isMap(given) ? (number(given['distance_filter']) ?? 0) : 0;
            const hear = (position: GeolocationPosition) => this.hear(position, least);
            this.watching = found().watchPosition(hear, (error) => this.fail(wordsOf(error)), rulesOf(given));
        } catch (error) {
            this.fail((error as Error).message);
        }
    }

    stop(): void {
        if (this.watching !== undefined) navigator.geolocation.clearWatch(this.watching);
        this.watching = undefined;
        this.rules = '';
    }

    async now(given: Value | undefined): Promise<Value> {
        const rules = rulesOf(given ?? this.context.get('configuration'));
        const position = await new Promise<GeolocationPosition>((done, fail) => {
            found().getCurrentPosition(done, (error) => fail(new Error(wordsOf(error))), rules);
        });
        return (this.last = mapOf(position));
    }

    // Browsers ask when a place is wanted, and not before.
    async ask(): Promise<Value> {
        await this.now(undefined).catch((error: Error) => {
            if (!isSecureContext) throw error;
        });
        return await status();
    }

    private hear(position: GeolocationPosition, least: number): void {
        const { latitude: lat, longitude: lng } = position.coords;
        const before = this.last;
        if (before && least > 0) {
            const from = { lat: Number(before['latitude']), lng: Number(before['longitude']) };
            if (distance(from, { lat, lng }) < least) return;
        }
        const found = (this.last = mapOf(position));
        this.context.set({ position: found });
        this.context.emit('position_change', { position: found });
    }

    private fail(message: string): void {
        this.context.emit('error', message);
    }
}

function found(): Geolocation {
    if (!isSecureContext) throw new Error('Where the device is is for pages that came by https only');
    if (!navigator.geolocation) throw new Error('This browser does not know where the device is');
    return navigator.geolocation;
}

function wordsOf({ code, message }: GeolocationPositionError): string {
    if (code === 1) return 'The person does not let this page know where the device is';
    return code === 3 ? 'Where the device is was not found in time' : message || 'Where the device is is not known';
}

function rulesOf(given: Value | undefined): PositionOptions {
    const rules: ValueMap = isMap(given) ? given : {};
    const limit = durationMs(rules['time_limit']);
    return {
        enableHighAccuracy: oneOf(rules['accuracy'], ['lowest', 'low', 'medium', 'reduced']) === undefined,
        maximumAge: durationMs(rules['maximum_age']) ?? 0,
        ...(limit && { timeout: limit }),
    };
}

async function status(): Promise<Value> {
    if (!isSecureContext) return 'deniedForever';
    const state = await said('geolocation');
    if (state === 'granted') return 'whileInUse';
    return state === 'denied' ? 'deniedForever' : state ? 'denied' : 'unableToDetermine';
}

function mapOf({ coords, timestamp }: GeolocationPosition): ValueMap {
    return {
        latitude: coords.latitude,
        longitude: coords.longitude,
        altitude: coords.altitude,
        accuracy: coords.accuracy,
        altitude_accuracy: coords.altitudeAccuracy,
        heading: Number.isFinite(coords.heading) ? coords.heading : null,
        speed: coords.speed,
        timestamp: dateValue(new Date(timestamp)),
        heading_accuracy: null,
        speed_accuracy: null,
        floor: null,
        mocked: false,
    };
}
