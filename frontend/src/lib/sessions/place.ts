/** Says where an IP address is, as far as the address itself tells; the address is returned unchanged when it tells nothing. */
export function placeInWords(ip: string): string {
	const address = ip.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
	if (address === '') return 'Unknown address';
	if (address === '::1' || /^127\./.test(address)) return 'This computer';
	if (isPrivate(address)) return 'Private network';
	return address;
}

function isPrivate(address: string): boolean {
	const [first = NaN, second = NaN] = address.split('.').map(Number);
	return (
		first === 10 ||
		(first === 172 && second >= 16 && second <= 31) ||
		(first === 192 && second === 168) ||
		(first === 169 && second === 254) ||
		(first === 100 && second >= 64 && second <= 127) ||
		/^f[cd][0-9a-f]{2}:/i.test(address) ||
		/^fe[89ab][0-9a-f]:/i.test(address)
	);
}
