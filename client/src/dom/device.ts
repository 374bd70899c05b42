// What the browser knows of the device: its network and its battery.

export type Battery = EventTarget & { level: number; charging: boolean };
type Net = { type?: string };

const KINDS = new Set(['bluetooth', 'ethernet', 'wifi', 'none']);

export function connectivity(): string[] {
    if (!navigator.onLine) return ['none'];
    const type = (navigator as { connection?: Net }).connection?.type ?? 'other';
    return [type === 'cellular' ? 'mobile' : KINDS.has(type) ? type : 'other'];
}

export async function batteryOf(): Promise<Battery> {
    const api = navigator as { getBattery?: () => Promise<Battery> };
    if (!api.getBattery) throw new Error('Battery is not supported by this browser');
    return api.getBattery();
}

export function batteryState({ level, charging }: Battery): string {
    return !charging ? 'discharging' : level === 1 ? 'full' : 'charging';
}
