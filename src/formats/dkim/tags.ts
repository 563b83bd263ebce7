/** A tag-list (RFC 6376 §3.2) in the order to write it. */
export type Tags = readonly (readonly [name: string, value: string])[]

const LINE = 76

/**
 * A field with a tag-list, without its final CRLF: one tag behind the other, folded between them, and inside long base64 (`b`, `bh`)
 * and lists (`h`), where white space counts for nothing. `b` is the last tag and may be empty.
 */
export function formatTagField(name: string, tags: Tags): string {
  const lines: string[] = []
  let line = `${name}:`
  for (const [index, [tag, value]] of tags.entries()) {
    const end = index < tags.length - 1 ? ';' : ''
    for (const [piece, text] of pieces(tag, `${tag}=${value}${end}`).entries()) {
      const glue = piece === 0 ? ' ' : ''
      if (line.length + glue.length + text.length > LINE && line.trim() !== '') {
        lines.push(line)
        line = `\t${text}`
      } else line += glue + text
    }
  }
  return [...lines, line].join('\r\n')
}

/** Where a tag may be cut. The pieces of a list keep their colons in front. */
function pieces(tag: string, text: string): string[] {
  if (tag === 'h') return text.split(/(?=:)/)
  if (tag === 'b' || tag === 'bh') return text.match(/.{1,64}/g) ?? [text]
  return [text]
}

/** The value of a tag in a field's value, white space removed; undefined when it is not there. */
export function tagOf(value: string, name: string): string | undefined {
  for (const part of value.split(';')) {
    const equals = part.indexOf('=')
    if (equals > 0 && part.slice(0, equals).trim() === name) return part.slice(equals + 1).replace(/\s+/g, '')
  }
  return undefined
}
