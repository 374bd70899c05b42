import { examples } from './examples.mjs';
import { gallery, keyboard } from './gallery.mjs';
import { late } from './late.mjs';
import { lines } from './lines.mjs';
import { typed } from './typing.mjs';

export const everyStory = { ...examples, ...gallery, ...keyboard, ...typed, ...lines, ...late };
