import { lookAtAll } from './all.mjs';

lookAtAll(1280);
