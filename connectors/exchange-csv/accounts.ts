import type { LeftOutReason } from '#src/domain/migration/grant.ts'

const self = /(^|\\)SELF$|^S-1-5-10$|(^|\\)(SELBST|LUI-M[ÊE]ME|PROPRIO UTENTE|SJÄLV)$/i
const system =
  /^(NT AUTHORITY|NT-AUTORIT[ÄA]T|AUTORITE NT|NT SERVICE|BUILTIN|VORDEFINIERT|NT[ -]INSTANS)\\|^S-1-5-(18|19|20|32-\d+)$|\\[^\\]+\$$|(^|\\)(Exchange (Servers|Trusted Subsystem|Windows Permissions|Services|Domain Servers|Enterprise Servers)|Organization Management|Public Folder Management|Delegated Setup|Managed Availability Servers|Discovery Management|Domain Admins|Enterprise Admins|Administrator|HealthMailbox\w*|SystemMailbox\S*|DiscoverySearchMailbox\S*|SM_\w{10,})$|^(HealthMailbox|SystemMailbox|DiscoverySearchMailbox|FederatedEmail|Migration\.)/i
/** As Outlook's languages call the two entries that every folder has. */
const everybody =
  /^(Default|Anonymous|Standard|Anonym|Par d[ée]faut|Anonyme|Predeterminad[oa]|An[óo]nim[oa]|Predefinito|Anonimo|Padr[ãa]o|Standaard|Anoniem|Domy[śs]lne?|Anonimow\w+|По умолчанию|Анонимный|既定|匿名|默认|預設|기본값|익명|Everyone|Jeder|Tout le monde|Todos|Iedereen|Все|S-1-1-0|S-1-5-(7|11))$/i

/** Why an account is nobody's delegate; `null` for anybody who may be one. */
export function accountReason(account: string): LeftOutReason | null {
  const name = account.trim()
  if (self.test(name)) return 'self'
  if (everybody.test(name)) return 'default-or-anonymous'
  return system.test(name) ? 'system-account' : null
}
