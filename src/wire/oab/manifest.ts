import { escapeAttribute, escapeText } from '../xml/escape.ts'

/** One book of a manifest (MS-OXWOAB): the file with all entries, beside the manifest. */
type ManifestBook = {
  guid: string
  dn: string
  name: string
  full: {
    sequence: number
    version: number
    sizeBytes: number
    unpackedBytes: number
    /** SHA-1 in hex of the file as it is fetched. */
    sha1: string
    file: string
  }
}

/** oab.xml (MS-OXWOAB): what there is to fetch, and how it is known whether it came over whole. */
export function formatManifest({ guid, dn, name, full }: ManifestBook): string {
  const attributes = (values: Record<string, string | number>): string =>
    Object.entries(values)
      .map(([key, value]) => ` ${key}="${escapeAttribute(String(value))}"`)
      .join('')
  const of = attributes({
    seq: full.sequence,
    ver: full.version,
    size: full.sizeBytes,
    uncompressedsize: full.unpackedBytes,
    SHA: full.sha1,
  })
  return `<?xml version="1.0" encoding="utf-8"?>
<OAB><OAL${attributes({ id: guid, dn, name })}><Full${of}>${escapeText(full.file)}</Full></OAL></OAB>
`
}
