/** What Exchange's cmdlets export. */
import { folders, fullAccess, onBehalf, roomDelegates, sendAs } from './grants.ts'
import { address, container, DOMAIN, mailboxes, recipients } from './people.ts'

const cell = (value: string | number | boolean | undefined): string =>
  `"${String(value ?? '').replaceAll('"', '""')}"`
const table = (
  columns: readonly string[],
  rows: readonly (readonly (string | number | boolean | undefined)[])[],
): string => `\ufeff${[columns, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')}`
const account = (alias: string): string => `CORP\\${alias.slice(0, 20)}`

const identity = (alias: string) =>
  `${DOMAIN}/${container[mailboxes.find((one) => one.alias === alias)!.kind]}/${alias}`

/** By the name of the file. */
export const tables: Readonly<Record<string, string>> = {
  'mailboxes.csv': table(
    [
      'PrimarySmtpAddress',
      'DisplayName',
      'Alias',
      'SamAccountName',
      'RecipientTypeDetails',
      'Department',
      'Database',
      'LegacyExchangeDN',
      'GrantSendOnBehalfTo',
      'Identity',
      'Pilot',
      'Vip',
    ],
    mailboxes.map((one) => [
      address(one.alias),
      one.displayName,
      one.alias,
      one.alias.slice(0, 20),
      one.kind,
      one.department || one.city,
      one.database,
      '',
      onBehalf
        .filter(({ owner }) => owner === one.alias)
        .map(({ grantee }) => address(grantee))
        .join(','),
      `${DOMAIN}/${container[one.kind]}/${one.alias}`,
      one.pilot === true,
      one.vip === true,
    ]),
  ),
  'full-access.csv': table(
    ['Identity', 'User', 'AccessRights', 'IsInherited', 'Deny'],
    [
      ...fullAccess.map(({ owner, grantee }) => [
        identity(owner),
        account(grantee),
        'FullAccess',
        false,
        false,
      ]),
      ...recipients
        .slice(0, 5)
        .map(({ alias }) => [
          identity(alias),
          'NT AUTHORITY\\SELF',
          'FullAccess, ReadPermission',
          false,
          false,
        ]),
      [identity('info'), 'S-1-5-21-1004336348-1177238915-682003330-1199', 'FullAccess', false, false],
    ],
  ),
  'send-as.csv': table(
    ['Identity', 'Trustee', 'AccessControlType', 'AccessRights', 'IsInherited'],
    sendAs.map(({ owner, grantee }) => [identity(owner), account(grantee), 'Allow', 'SendAs', false]),
  ),
  'folder-permissions.csv': table(
    ['Mailbox', 'FolderName', 'User', 'AccessRights', 'SharingPermissionFlags'],
    [
      ...folders.map(({ owner, grantee, folder, rights, flags }) => [
        address(owner),
        folder,
        address(grantee),
        rights,
        flags,
      ]),
      ...recipients
        .slice(0, 10)
        .map(({ alias }) => [address(alias), 'Calendar', 'Default', 'AvailabilityOnly', '']),
    ],
  ),
  'calendar-processing.csv': table(
    [
      'Identity',
      'AutomateProcessing',
      'ResourceDelegates',
      'BookInPolicy',
      'RequestInPolicy',
      'RequestOutOfPolicy',
    ],
    roomDelegates.map(({ owner, grantee }) => [address(owner), 'AutoAccept', address(grantee), '', '', '']),
  ),
}
