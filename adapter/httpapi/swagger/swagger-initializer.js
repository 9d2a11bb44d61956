// Sets up Swagger UI. Signing in is the bar's business (sign-in.js): a page can't set a
// Cookie header, so the browser sends the cookie by itself, as it does for the app.
Promise.all([import('./sign-in.js'), import('./accessible.js'), import('./examples.js')]).then((parts) => {
	const [{ mountBar }, { accessible, correct }, { withLiveExamples, replaceDocument }] = parts;
	const renewExamples = async () => {
		const document = await fetch('doc.json').then((answer) => answer.text());
		replaceDocument(window.ui, await withLiveExamples(document));
	};
	const bar = mountBar(document.body, renewExamples);
	const main = document.getElementById('swagger-ui');
	correct(main);

	const nothing = () => () => null;
	window.ui = window.SwaggerUIBundle({
		url: 'doc.json',
		domNode: main,
		layout: 'BaseLayout',
		presets: [window.SwaggerUIBundle.presets.apis],
		plugins: [
			accessible,
			// Swagger UI's own dialog asks for the cookie's value and then can't send it.
			{ wrapComponents: { authorizeBtn: nothing, authorizeOperationBtn: nothing } },
		],
		validatorUrl: null,
		deepLinking: true,
		docExpansion: 'list',
		defaultModelsExpandDepth: 0,
		displayRequestDuration: true,
		async responseInterceptor(response) {
			const path = new URL(response.url, location.href).pathname;
			if (response.ok && path.endsWith('/doc.json')) response.text = await withLiveExamples(response.text);
			if (response.status === 401 || /^\/api\/(login|logout|me|sessions|users)\b/.test(path)) bar.refresh();
			if (response.status === 204 && /\/sessions\b/.test(path)) renewExamples(); // the next one to end
			return response;
		},
	});
});

// gin-swagger's page sets no width: a phone would draw it as wide as a desk's screen.
const viewport = document.createElement('meta');
viewport.name = 'viewport';
viewport.content = 'width=device-width, initial-scale=1';
document.head.append(viewport);
