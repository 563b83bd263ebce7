import { Schema } from '../xml/schema.ts'
import { messagesSchema } from './messages-schema.ts'
import { typesSchema } from './types-schema.ts'

export const typesNamespace = 'http://schemas.microsoft.com/exchange/services/2006/types'
export const messagesNamespace = 'http://schemas.microsoft.com/exchange/services/2006/messages'
export const errorsNamespace = 'http://schemas.microsoft.com/exchange/services/2006/errors'

/** Every type of Exchange Web Services; understood when first used. */
export const ewsSchema = new Schema([
  { prefix: 't', namespace: typesNamespace, text: typesSchema },
  { prefix: 'm', namespace: messagesNamespace, text: messagesSchema },
])
