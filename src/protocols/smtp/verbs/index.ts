import type { AnyVerb } from '../verb.ts'
import { auth } from './auth.ts'
import { bdat } from './bdat.ts'
import { data } from './data.ts'
import { ehlo } from './ehlo.ts'
import { expn } from './expn.ts'
import { helo } from './helo.ts'
import { help } from './help.ts'
import { mail } from './mail.ts'
import { noop } from './noop.ts'
import { quit } from './quit.ts'
import { rcpt } from './rcpt.ts'
import { rset } from './rset.ts'
import { starttls } from './starttls.ts'
import { vrfy } from './vrfy.ts'

/** All that is spoken here, by name. */
export const verbs: ReadonlyMap<string, AnyVerb> = new Map(
  [helo, ehlo, starttls, auth, mail, rcpt, data, bdat, rset, noop, vrfy, expn, help, quit].map((each) => [
    each.name,
    each,
  ]),
)
