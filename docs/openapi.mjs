// Makes the API's document out of what swag reads from the annotations:
//   node docs/openapi.mjs SWAGGER_2_JSON OPENAPI_3_JSON
import { readFileSync, writeFileSync } from 'node:fs';
import { STATUS_CODES } from 'node:http';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../frontend/package.json', import.meta.url));
const { convertObj } = require('swagger2openapi');

const [source, target] = process.argv.slice(2);
const { openapi: doc } = await convertObj(JSON.parse(readFileSync(source, 'utf8')), {});

doc.openapi = '3.0.3';
doc.servers = [{ url: '/api' }];
doc.components.securitySchemes = {
	session: {
		type: 'apiKey',
		in: 'cookie',
		name: 'session_id',
		description: 'Set by signing in. Under https its name is __Host-session_id.'
	}
};

// The code that no operation answers, since none was found; the introduction tells of it.
const codes = new Set(['method_not_allowed']);
for (const [path, operations] of Object.entries(doc.paths)) {
	for (const operation of Object.values(operations)) {
		// Whatever reads a body may wait for it in vain.
		if (operation.requestBody) operation.responses['408'] = { description: 'request_timeout' };
		for (const [status, response] of Object.entries(operation.responses)) {
			if (Number(status) >= 400) describeProblem(Number(status), response);
		}
	}
	markExamples(path, operations);
	// What monitors ask for lies beside the API, not in it.
	if (path === '/healthz' || path === '/readyz') operations.servers = [{ url: '/' }];
}
doc.components.schemas.Problem.properties.code.enum = [...codes].sort();
makeNullable(doc.components.schemas);

writeFileSync(target, JSON.stringify(doc, null, 2) + '\n');

/** Swagger UI's page replaces these examples with what is there (adapter/httpapi/swagger/examples.js). */
function markExamples(path, operations) {
	for (const [method, { parameters = [], requestBody }] of Object.entries(operations)) {
		const id = parameters.find((parameter) => parameter.in === 'path' && parameter.name === 'id');
		if (path.startsWith('/users/')) id['x-example-is'] = 'user';
		if (path.includes('sessions/{id}')) id['x-example-is'] = 'session';
		if (path === '/login' && method === 'post') describeSignIn(requestBody.content);
	}
}

/** swag knows one body for an operation; this one is read as JSON or as the form of Google's redirect mode. */
function describeSignIn(content) {
	Object.assign(content['application/json'], {
		example: { credential: 'an ID token from Google' },
		'x-example-is': 'credential'
	});
	content['application/x-www-form-urlencoded'] = {
		schema: {
			type: 'object',
			required: ['credential', 'g_csrf_token'],
			properties: {
				credential: { type: 'string', description: 'the ID token' },
				g_csrf_token: { type: 'string', description: 'the value of the cookie of that name' }
			}
		}
	};
}

/** The description lists the codes: each becomes an example. */
function describeProblem(status, response) {
	const listed = response.description.split(', ');
	for (const code of listed) codes.add(code);
	response.description = listed.map((code) => `\`${code}\``).join(', ');
	response['x-codes'] = listed;
	response.content = {
		'application/problem+json': {
			schema: { $ref: '#/components/schemas/Problem' },
			examples: Object.fromEntries(listed.map((code) => [code, { value: example(status, code) }]))
		}
	};
	if (status === 429 || status === 503) {
		response.headers = {
			'Retry-After': { description: 'seconds to wait', schema: { type: 'integer' } }
		};
	}
}

function example(status, code) {
	const problem = {
		type: `/problems/${code}`,
		title: STATUS_CODES[status],
		status,
		detail: 'What is wrong, and what to do about it.',
		code,
		request_id: 'k3v5zq2m7xw4n6rjtfgh2ybpae'
	};
	const cause = { session_expired: 'idle', session_revoked: 'by_admin', session_replaced: 'replaced' }[code];
	if (cause) Object.assign(problem, { cause, ended_at: '2030-01-31T09:10:00Z' });
	if (code === 'session_revoked') problem.reason = 'Laptop was lost';
	if (code === 'invalid_fields') problem.errors = { email: 'Enter an email address.' };
	return problem;
}

/** A reference that may be null needs a type beside it (OpenAPI 3.0.3, nullable). */
function makeNullable(schemas) {
	for (const schema of Object.values(schemas)) {
		for (const property of Object.values(schema.properties ?? {})) {
			if (property.nullable && property.allOf) property.type = 'object';
		}
	}
}
