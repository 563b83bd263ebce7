import { z } from 'zod'
import { details } from './address-book-members.ts'
import { attribute, hidden } from './fields.ts'

/** An address of somebody elsewhere: the directory judges it by RFC 5321. */
const foreignAddress = z.string().min(1).max(320)

/** What CreateContact and UpdateContact both take. The first address is the primary one. */
export const contactChange = {
  DisplayName: attribute.optional(),
  /** Where its mail really goes, when not to the primary address; an empty text removes it. */
  TargetAddress: z.string().max(320).optional(),
  HiddenFromGlobalAddressList: hidden,
  ...details,
}

export const contactAddresses = z.array(foreignAddress).min(1).max(101)
