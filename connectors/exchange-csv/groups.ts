import type { GroupRow } from '#src/domain/migration/groups.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { hasColumns } from './grant-source.ts'
import { openTable } from './table.ts'

/** Members of groups: a row for each, columns `Group` and `Member`, more names of the group in `GroupName` and `GroupDN`. */
export async function* readGroups(file: string, signal?: AbortSignal): AsyncGenerator<readonly GroupRow[]> {
  const table = await openTable(file, signal)
  if (!hasColumns(table, ['group', 'member'])) {
    throw new Refusal(
      'invalid-parameter',
      `${table.name} has no columns Group and Member. Write it with: Get-DistributionGroup -ResultSize Unlimited | ForEach { ` +
        '$g = $_; Get-DistributionGroupMember $g.Identity -ResultSize Unlimited | Select-Object ' +
        "@{n='Group';e={$g.PrimarySmtpAddress}},@{n='GroupName';e={$g.Name}},@{n='GroupDN';e={$g.DistinguishedName}}," +
        "@{n='SamAccountName';e={$g.SamAccountName}},@{n='Member';e={$_.PrimarySmtpAddress}} } | Export-Csv …",
    )
  }
  for await (const rows of table.rows()) {
    yield rows.map((row) => ({
      group: row.value('Group'),
      groupNames: ['GroupName', 'GroupDN', 'GroupDisplayName', 'GroupAlias', 'SamAccountName']
        .map((column) => row.value(column))
        .filter((name) => name.trim() !== ''),
      member: row.value('Member').trim() || row.value('MemberDN').trim(),
    }))
  }
}
