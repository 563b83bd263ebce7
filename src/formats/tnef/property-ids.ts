/** Property ids of MS-OXPROPS, the PidTag… ones without their type. */
export const tag = {
  messageClass: 0x001a,
  sensitivity: 0x0036,
  subject: 0x0037,
  clientSubmitTime: 0x0039,
  subjectPrefix: 0x003d,
  sentRepresentingName: 0x0042,
  startDate: 0x0060,
  endDate: 0x0061,
  sentRepresentingAddressType: 0x0064,
  sentRepresentingAddress: 0x0065,
  importance: 0x0017,
  recipientType: 0x0c15,
  senderName: 0x0c1a,
  senderAddressType: 0x0c1e,
  senderAddress: 0x0c1f,
  messageDeliveryTime: 0x0e06,
  normalizedSubject: 0x0e1d,
  body: 0x1000,
  rtfCompressed: 0x1009,
  bodyHtml: 0x1013,
  internetMessageId: 0x1035,
  internetReferences: 0x1039,
  inReplyToId: 0x1042,
  displayName: 0x3001,
  addressType: 0x3002,
  emailAddress: 0x3003,
  attachData: 0x3701,
  attachFileName: 0x3704,
  attachMethod: 0x3705,
  attachLongFileName: 0x3707,
  attachMimeTag: 0x370e,
  attachContentId: 0x3712,
  attachContentLocation: 0x3713,
  attachFlags: 0x3714,
  smtpAddress: 0x39fe,
  internetCodepage: 0x3fde,
  messageCodepage: 0x3ffd,
  senderSmtpAddress: 0x5d01,
  sentRepresentingSmtpAddress: 0x5d02,
  attachmentHidden: 0x7ffe,
} as const

/** Sets of named properties (MS-OXPROPS §1.3.2). */
export const set = {
  appointment: '00062002-0000-0000-c000-000000000046',
  meeting: '6ed8da90-450b-101b-98da-00aa003f1305',
} as const

/** PidLid… of set.appointment. */
export const appointment = {
  sequence: 0x8201,
  busyStatus: 0x8205,
  location: 0x8208,
  startWhole: 0x820d,
  endWhole: 0x820e,
  allDay: 0x8215,
  recurrence: 0x8216,
  replyTime: 0x8220,
  intendedBusyStatus: 0x8224,
  exceptionReplaceTime: 0x8228,
  timeZone: 0x8233,
  timeZoneName: 0x8234,
  proposedStart: 0x8250,
  proposedEnd: 0x8251,
  counterProposal: 0x8257,
} as const

/** PidLid… of set.meeting. */
export const meeting = {
  attendeeCriticalChange: 0x0001,
  where: 0x0002,
  globalObjectId: 0x0003,
  ownerCriticalChange: 0x001a,
} as const
