import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import adapter from '@sveltejs/adapter-static';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

/** @type {import('@sveltejs/kit').Config} */
export default {
	preprocess: [vitePreprocess(), { name: 'no-inline-style', markup: withoutInlineStyle }],
	kit: {
		adapter: adapter({
			pages: 'dist',
			assets: 'dist',
			fallback: 'index.html',
			precompress: true,
			strict: true
		}),
		// Kit's default is the build's time; with this one the same sources give the same files.
		version: { name: fingerprint('package-lock.json', 'src', 'static') }
	}
};

/**
 * Kit's route announcer hides itself by an inline style, which the CSP refuses; app.css does it instead.
 * @param {{ content: string, filename?: string }} file
 */
function withoutInlineStyle({ content, filename }) {
	if (!filename?.endsWith('generated/root.svelte')) return;
	return { code: content.replace(/(id="svelte-announcer"[^>]*?) style="[^"]*"/, '$1') };
}

/**
 * A short hash of what the files and folders hold.
 * @param {string[]} paths
 */
function fingerprint(...paths) {
	const hash = createHash('sha256');
	for (const path of paths) {
		for (const file of filesUnder(path)) hash.update(file).update(readFileSync(file));
	}
	return hash.digest('hex').slice(0, 12);
}

/**
 * @param {string} path
 * @returns {string[]}
 */
function filesUnder(path) {
	if (path.includes('.')) return [path];
	return readdirSync(path, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name))
		.sort();
}
