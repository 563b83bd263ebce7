import type { MimePart } from '#src/formats/mime/part.ts'

/** PidTagMessageClass of a message that is about no meeting, by what it is made of. */
export function classOfStructure(root: MimePart): string {
  if (root.type === 'multipart' && root.subtype === 'report') {
    const receipt = root.params['report-type'] === 'disposition-notification'
    return receipt ? 'REPORT.IPM.Note.IPNRN' : 'REPORT.IPM.Note.NDR'
  }
  if (root.type === 'multipart' && root.subtype === 'signed') return 'IPM.Note.SMIME.MultipartSigned'
  if (root.type === 'application' && /^(?:x-)?pkcs7-mime$/.test(root.subtype)) return 'IPM.Note.SMIME'
  return 'IPM.Note'
}
