/** Where a picture was taken leaves no file that is exported; every other byte does. */
import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { withoutPlace } from '../../db/bundle/without-place.ts';

const EXIF = {
  IFD0: { Make: 'Camera', Copyright: 'Somebody' },
  IFD3: {
    GPSLatitudeRef: 'N',
    GPSLatitude: '51/1 30/1 3230/100',
    GPSLongitudeRef: 'W',
    GPSLongitude: '0/1 7/1 4366/100',
  },
};
const XMP =
  '<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="51,30.5383N" xmlns:dc="http://purl.org/dc/elements/1.1/"><exif:GPSLongitude>0,7.7277W</exif:GPSLongitude><dc:title>Bridge</dc:title></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>';
const taken = () =>
  sharp({ create: { width: 40, height: 30, channels: 3, background: '#336699' } })
    .withExif(EXIF)
    .withXmp(XMP);

const FORMATS: [string, (picture: Sharp) => Promise<Buffer>][] = [
  ['JPEG', (each) => each.jpeg().toBuffer()],
  ['PNG', (each) => each.png().toBuffer()],
  ['WebP', (each) => each.webp().toBuffer()],
  ['TIFF', (each) => each.tiff({ compression: 'none' }).toBuffer()],
  ['AVIF', (each) => each.avif({ effort: 0 }).toBuffer()],
];

describe.each(FORMATS)('%s', (_, make) => {
  test('loses its position and nothing else', async () => {
    const file = await make(taken());
    const xmpOf = async (bytes: Buffer) => (await sharp(bytes).metadata()).xmp?.toString('latin1') ?? '';
    expect(await xmpOf(file)).toContain('51,30.5383N');
    const clean = Buffer.from(withoutPlace(file));
    const text = clean.toString('latin1') + (await xmpOf(clean));
    const before = file.toString('latin1') + (await xmpOf(file));
    for (const place of ['51,30.5383N', '0,7.7277W']) expect(text).not.toContain(place);
    // What the writer of the format put in: a TIFF has no maker from sharp.
    for (const other of ['Camera', 'Somebody', 'Bridge'])
      expect(text.includes(other)).toBe(before.includes(other));
    // The numbers of the position as EXIF has them: 3230/100, in either order of bytes.
    const { exif } = await sharp(clean).metadata();
    for (const number of ['00000c9e00000064', '9e0c000064000000'])
      expect(exif?.toString('hex') ?? '').not.toContain(number);
    expect((await sharp(file).raw().toBuffer()).equals(await sharp(clean).raw().toBuffer())).toBe(true);
    expect(withoutPlace(clean)).toBe(clean);
  });

  test('without a position it stays the same bytes', async () => {
    const file = await make(sharp({ create: { width: 40, height: 30, channels: 3, background: '#336699' } }));
    expect(withoutPlace(file)).toBe(file);
    for (let length = 0; length < file.length; length += 11) withoutPlace(file.subarray(0, length));
  });
});
