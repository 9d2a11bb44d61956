import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vitest/config';

const server = process.env.DEV_SERVER ?? 'http://localhost:8080';

export default defineConfig({
	plugins: [tailwindcss(), sveltekit()],
	build: {
		rolldownOptions: {
			output: {
				// What every page needs in one file, what every list needs in another: a few compress and
				// travel better than thirty.
				codeSplitting: {
					groups: [
						{
							name: 'shell',
							test: /src\/routes\/\+layout\.svelte$|kit\/src\/runtime\/client\//,
							priority: 2
						},
						{ name: 'lists', test: /node_modules\/@tanstack\//, priority: 1 }
					]
				}
			}
		}
	},
	server: {
		proxy: Object.fromEntries(
			['/api', '/dev/google', '/swagger', '/docs'].map((path) => [path, { target: server }])
		)
	},
	resolve: process.env.VITEST ? { conditions: ['browser'] } : undefined,
	test: {
		include: ['src/**/*.test.ts'],
		restoreMocks: true
	}
});
