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
