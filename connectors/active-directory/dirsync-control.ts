import { Ber, type BerReader, BerWriter, Control } from 'ldapts'

/** LDAP_DIRSYNC_OBJECT_SECURITY: only what the account may read, and no right to replicate is needed. */
const OBJECT_SECURITY = 1
const MOST_OCTETS = 1_048_576

/** Asks what changed since a cookie (LDAP_SERVER_DIRSYNC_OID, MS-ADTS 3.1.1.3.4.1.3); the answer is in the same object. */
export class DirSync extends Control {
  static readonly oid = '1.2.840.113556.1.4.841'
  /** Where the next question begins. */
  cookie: Buffer
  hasMore = false

  constructor(cookie: Buffer) {
    super(DirSync.oid, { critical: true })
    this.cookie = cookie
  }

  protected override writeControl(writer: BerWriter): void {
    const value = new BerWriter()
    value.startSequence()
    value.writeInt(OBJECT_SECURITY)
    value.writeInt(MOST_OCTETS)
    if (this.cookie.length > 0) value.writeBuffer(this.cookie, Ber.OctetString)
    else value.writeString('')
    value.endSequence()
    writer.writeBuffer(value.buffer, Ber.OctetString)
  }

  protected override parseControl(reader: BerReader): void {
    if (!reader.readSequence()) return
    this.hasMore = (reader.readInt() ?? 0) !== 0
    reader.readInt()
    this.cookie = Buffer.from(reader.readString(Ber.OctetString, true) ?? Buffer.alloc(0))
  }
}
