// How a picture fills its box, in the words of style sheets. Pure.

export const FITS: { [name: string]: string } = {
    none: 'none',
    contain: 'contain',
    cover: 'cover',
    fill: 'fill',
    fitheight: 'contain',
    fitwidth: 'contain',
    scaledown: 'scale-down',
};
