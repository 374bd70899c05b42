// Devices that browsers hand out only to pages that came by https, and only when the person agrees.

export function mediaDevices(what: 'camera' | 'microphone'): MediaDevices {
    // Where the page came by plain http there are none at all.
    const { mediaDevices } = navigator as { mediaDevices?: MediaDevices };
    if (!isSecureContext || !mediaDevices) throw new Error(`The ${what} is for pages that came by https only`);
    return mediaDevices;
}

// Asks where that has not been decided yet.
export async function grantOf(what: 'camera' | 'microphone'): Promise<boolean> {
    try {
        const stream = await mediaDevices(what).getUserMedia(what === 'camera' ? { video: true } : { audio: true });
        for (const track of stream.getTracks()) track.stop();
        return true;
    } catch (error) {
        if ((error as DOMException).name === 'NotAllowedError') return false;
        throw error;
    }
}

// What the browser remembers that the person said; nothing where it is not asked for that by name.
export async function said(name: string): Promise<PermissionState | undefined> {
    // Which names there are differs from browser to browser.
    const answer = navigator.permissions?.query({ name: name as PermissionName });
    return (await answer?.catch(() => undefined))?.state;
}

export function refuseSettings(): never {
    throw new Error('Browsers let no page open the settings of the device');
}
