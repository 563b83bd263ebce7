/** Entry ids of people who are in no address book, and those of Exchange (MS-OXCDATA §2.2.5.1, §2.2.5.2). */

type EntryOfPerson = { name?: string; type: string; address: string }

const ONE_OFF = '812b1fa4bea310199d6e00dd010f5402'
const EXCHANGE = 'dca740c8c042101ab4b908002b2fe182'
/** Where the texts of each begin. */
const ONE_OFF_HEADER = 24
const EXCHANGE_HEADER = 28
const UNICODE = 0x8000

/** Name, kind of address and address of a one-off entry id; undefined where it is another one, or cut off. */
export function oneOffOf(entry: Uint8Array): EntryOfPerson | undefined {
  const octets = Buffer.from(entry)
  if (octets.length < ONE_OFF_HEADER || octets.toString('hex', 4, 20) !== ONE_OFF) return undefined
  const isUnicode = (octets.readUInt16LE(22) & UNICODE) !== 0
  const text = octets.subarray(ONE_OFF_HEADER).toString(isUnicode ? 'utf16le' : 'latin1')
  const [name = '', type = '', address = ''] = text.split('\0')
  return { type, address, ...(name !== '' && name !== address && { name }) }
}

/** Of a list of entry ids (MS-OXCDATA §2.3.3) each as what it says; undefined for one of another kind. What is cut off ends it. */
export function peopleInList(list: Uint8Array): (EntryOfPerson | undefined)[] {
  const octets = Buffer.from(list)
  const found: (EntryOfPerson | undefined)[] = []
  for (let at = 8; at + 4 <= octets.length; ) {
    const bytes = octets.readUInt32LE(at)
    if (at + 4 + bytes > octets.length) break
    const entry = octets.subarray(at + 4, at + 4 + bytes)
    found.push(oneOffOf(entry) ?? exchangeOf(entry))
    at += 4 + Math.ceil(bytes / 4) * 4
  }
  return found
}

function exchangeOf(octets: Buffer): EntryOfPerson | undefined {
  if (octets.length < EXCHANGE_HEADER || octets.toString('hex', 4, 20) !== EXCHANGE) return undefined
  const [address = ''] = octets.toString('latin1', EXCHANGE_HEADER).split('\0')
  return { type: 'EX', address }
}
