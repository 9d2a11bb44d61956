export interface Device {
	/** As people call it: "Firefox on Windows". */
	name: string;
	kind: 'computer' | 'phone' | 'tablet' | 'program' | 'unknown';
}

const programs: [RegExp, string][] = [
	[/^curl\//i, 'curl'],
	[/^wget\//i, 'Wget'],
	[/^PostmanRuntime\//i, 'Postman'],
	[/^insomnia\//i, 'Insomnia'],
	[/^HTTPie\//i, 'HTTPie'],
	[/^Go-http-client\//i, 'A Go program'],
	[/^python-(requests|httpx|urllib)/i, 'A Python program'],
	[/^(axios|node|undici|node-fetch)\b/i, 'A Node.js program'],
	[/^okhttp\//i, 'An Android app'],
	[/^(Apache-HttpClient|Java)\//i, 'A Java program']
];

// The order matters: Edge, Opera and Samsung's browser also call themselves Chrome, and Chrome Safari.
const browsers: [RegExp, string][] = [
	[/\bEdg(e|A|iOS)?\//, 'Edge'],
	[/\b(OPR|Opera|OPiOS)\//, 'Opera'],
	[/\bSamsungBrowser\//, 'Samsung Internet'],
	[/\bVivaldi\//, 'Vivaldi'],
	[/\b(Firefox|FxiOS)\//, 'Firefox'],
	[/\bHeadlessChrome\//, 'Headless Chrome'],
	[/\b(Chrome|CriOS)\//, 'Chrome'],
	[/\bChromium\//, 'Chromium'],
	[/\bVersion\/\S+.*\bSafari\//, 'Safari']
];

const systems: [RegExp, string, Device['kind']][] = [
	[/\biPhone\b/, 'iPhone', 'phone'],
	[/\biPad\b/, 'iPad', 'tablet'],
	[/\bAndroid\b.*\bMobile\b/, 'Android', 'phone'],
	[/\bAndroid\b.*\bMobile;|\bMobile;.*\bAndroid\b/, 'Android', 'phone'],
	[/\bAndroid\b/, 'Android', 'tablet'],
	[/\bCrOS\b/, 'ChromeOS', 'computer'],
	[/\bWindows\b/, 'Windows', 'computer'],
	[/\bMacintosh\b|\bMac OS X\b/, 'Mac', 'computer'],
	[/\bLinux\b|\bX11\b/, 'Linux', 'computer']
];

/** Says in words what a User-Agent header claims to be. */
export function deviceInWords(userAgent: string): Device {
	const agent = userAgent.trim();
	const program = programs.find(([pattern]) => pattern.test(agent));
	if (program) return { name: program[1], kind: 'program' };

	const browser = browsers.find(([pattern]) => pattern.test(agent))?.[1];
	const system = systems.find(([pattern]) => pattern.test(agent));
	if (!browser && !system) return { name: 'Unknown device', kind: 'unknown' };
	if (!system) return { name: browser ?? '', kind: 'unknown' };
	return { name: `${browser ?? 'A browser'} on ${system[1]}`, kind: system[2] };
}
