// The paths that all tools in this directory share.
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
/** The server under test: the release build, unless DOORCODE_BIN names another. */
export const binary = process.env.DOORCODE_BIN ?? `${root}/target/release/doorcode`;
const siteBeside = `${dirname(binary)}/site`;
/**
 * The files that the server serves: the directory that LEPTOS_SITE_ROOT names, otherwise the `site`
 * directory beside the program if there is one, otherwise that of the release build.
 */
export const site = resolve(root, process.env.LEPTOS_SITE_ROOT ?? (existsSync(siteBeside) ? siteBeside : 'target/site'));
/** The directory of npm's executables. */
export const npmBin = `${root}/end2end/node_modules/.bin`;
