/** How a picture of each type begins. */
const PICTURES: readonly (readonly [type: string, begins: RegExp])[] = [
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/png', /^\x89PNG\r\n\x1a\n/],
  ['image/gif', /^GIF8[79]a/],
  ['image/webp', /^RIFF[\x00-\xff]{4}WEBP/],
]
const LONGEST_BEGINNING = 12

/** The media type that the octets of a picture say themselves, whatever its file is called; undefined for what no client shows. */
export function pictureType(octets: Uint8Array): string | undefined {
  const begins = Buffer.from(octets.subarray(0, LONGEST_BEGINNING)).toString('latin1')
  return PICTURES.find(([, beginning]) => beginning.test(begins))?.[0]
}
