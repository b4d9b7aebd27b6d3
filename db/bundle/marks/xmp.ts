/** A text as a packet of XMP, which other programs keep and show. Source: ISO 16684-1, 7. */
const NAMESPACE = 'https://palimpsest.example/xmp/1.0/';
const OPEN = '<palimpsest:receipt>';
const CLOSE = '</palimpsest:receipt>';

/** The packet of a text. */
export function packetOf(text: string): Buffer {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return Buffer.from(
    `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:palimpsest="${NAMESPACE}">${OPEN}${escaped}${CLOSE}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>`,
    'utf8',
  );
}

/** The text in a packet; undefined in one that has none of ours. */
export function textOf(packet: Buffer): string | undefined {
  const whole = packet.toString('utf8');
  const start = whole.indexOf(OPEN);
  const end = whole.indexOf(CLOSE);
  if (start < 0 || end < start) return undefined;
  return whole
    .slice(start + OPEN.length, end)
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}
