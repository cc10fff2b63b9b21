// Where things are, for every tool in this directory.
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
/** The server under test: the release build, unless DOORCODE_BIN names another. */
export const binary = process.env.DOORCODE_BIN ?? `${root}/target/release/doorcode`;
const siteBeside = `${dirname(binary)}/site`;
/** What the server serves as files: the `site` beside the program, if there is one, else that of the release build. */
export const site = existsSync(siteBeside) ? siteBeside : `${root}/target/site`;
/** npm's executables. */
export const npmBin = `${root}/end2end/node_modules/.bin`;
