import { z } from 'zod'

export const role = z.enum(['USER', 'RESOURCE', 'SYSTEM_USER', 'REMOTE_USER'])

export const providerUserId = z
  .string()
  .max(47)
  .regex(
    /^$|^([0-9a-f]{10}-|)[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}$/,
    'must be the UUID of a user of the identity provider',
  )
