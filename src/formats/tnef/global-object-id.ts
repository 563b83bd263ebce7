/** MS-OXOCAL §2.2.1.27: what every GlobalObjectId begins with. */
const CLASS_ID = '040000008200e00074c5b7101a82e008'
/** Octets 16 to 19 hold the day of one instance of a series. */
const DAY_AT = 16
const DATA_AT = 40
const FOREIGN = Buffer.from('vCal-Uid\x01\0\0\0', 'latin1')

/** What PidLidGlobalObjectId says: the UID of the meeting and, of an exception to a series, its day. */
export interface MeetingIdentity {
  uid: string
  /** Year, month (1 to 12) and day by the series' own clock. */
  instance?: { year: number; month: number; day: number }
}

/**
 * Reads a GlobalObjectId (MS-OXCICAL §2.1.3.1.1.20.26): a UID from elsewhere that Exchange wrapped comes out as it was,
 * one of Exchange's own as upper-case hex with the day of the instance zeroed. Undefined for no octets at all.
 */
export function readGlobalObjectId(octets: Uint8Array): MeetingIdentity | undefined {
  if (octets.length === 0) return undefined
  const bytes = Buffer.from(octets)
  if (bytes.toString('hex', 0, DAY_AT) !== CLASS_ID || bytes.length < DATA_AT) {
    return { uid: bytes.toString('hex').toUpperCase() }
  }
  const [year, month, day] = [bytes.readUInt16BE(DAY_AT), bytes[DAY_AT + 2]!, bytes[DAY_AT + 3]!]
  const known = year > 0 && month >= 1 && month <= 12 && day >= 1 && day <= 31
  const instance = known ? { instance: { year, month, day } } : {}
  const data = bytes.subarray(DATA_AT)
  if (data.subarray(0, FOREIGN.length).equals(FOREIGN)) {
    const uid = data.toString('utf8', FOREIGN.length).replace(/\0.*$/s, '')
    if (/^[^\x00-\x1f\x7f]{1,1000}$/.test(uid)) return { uid, ...instance }
  }
  bytes.fill(0, DAY_AT, DAY_AT + 4)
  return { uid: bytes.toString('hex').toUpperCase(), ...instance }
}

/** Writes it: hex of Exchange's own as the octets that it is, any other UID wrapped (`vCal-Uid`). `instance`: day of an exception. */
export function formatGlobalObjectId({ uid, instance }: MeetingIdentity): Uint8Array {
  const id = isOwn(uid) ? Buffer.from(uid, 'hex') : wrapped(uid)
  id.fill(0, DAY_AT, DAY_AT + 4)
  if (instance === undefined) return id
  id.writeUInt16BE(instance.year, DAY_AT)
  id.set([instance.month, instance.day], DAY_AT + 2)
  return id
}

const isOwn = (uid: string): boolean =>
  uid.length >= 2 * DATA_AT &&
  uid.length % 2 === 0 &&
  /^[0-9a-f]+$/i.test(uid) &&
  uid.toLowerCase().startsWith(CLASS_ID)

function wrapped(uid: string): Buffer {
  const data = Buffer.concat([FOREIGN, Buffer.from(`${uid}\0`)])
  const head = Buffer.alloc(DATA_AT)
  head.write(CLASS_ID, 'hex')
  head.writeUInt32LE(data.length, DATA_AT - 4)
  return Buffer.concat([head, data])
}
