import { success } from '../messages.ts'
import { operation } from '../operation.ts'

/** GetPasswordExpirationDate: passwords do not expire here. */
export const getPasswordExpirationDate = operation({
  name: 'GetPasswordExpirationDate',
  run: () => ({ response: { ...success, PasswordExpirationDate: '9999-12-31T23:59:59Z' } }),
})
