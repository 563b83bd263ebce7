import { Ber, BerWriter, Control } from 'ldapts'

/** Makes names in answers carry their GUID and SID (LDAP_SERVER_EXTENDED_DN_OID), in text form. */
export class ExtendedNames extends Control {
  static readonly oid = '1.2.840.113556.1.4.529'

  constructor() {
    super(ExtendedNames.oid, { critical: true })
  }

  protected override writeControl(writer: BerWriter): void {
    writer.writeBuffer(sequenceOfInteger(1), Ber.OctetString)
  }
}

const DACL_SECURITY_INFORMATION = 4

/** Only the access list of nTSecurityDescriptor (LDAP_SERVER_SD_FLAGS_OID): the rest takes rights that readers lack. */
export class AccessListOnly extends Control {
  static readonly oid = '1.2.840.113556.1.4.801'

  constructor() {
    super(AccessListOnly.oid, { critical: false })
  }

  protected override writeControl(writer: BerWriter): void {
    writer.writeBuffer(sequenceOfInteger(DACL_SECURITY_INFORMATION), Ber.OctetString)
  }
}

function sequenceOfInteger(value: number): Buffer {
  const writer = new BerWriter()
  writer.startSequence()
  writer.writeInt(value)
  writer.endSequence()
  return writer.buffer
}
