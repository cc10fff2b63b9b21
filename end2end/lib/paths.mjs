// Where things are, for every tool in this directory.
import { fileURLToPath } from 'node:url';

/** The repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
/** The server under test: the release build, unless DOORCODE_BIN names another. */
export const binary = process.env.DOORCODE_BIN ?? `${root}/target/release/doorcode`;
/** What the release build serves as files. */
export const site = `${root}/target/site`;
/** npm's executables. */
export const npmBin = `${root}/end2end/node_modules/.bin`;
