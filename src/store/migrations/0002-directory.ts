import type { Migration } from '../driver/driver.ts'

/**
 * The directory of each organisation. Every key begins with the organisation. Names and addresses are found
 * through blind indexes; only ids, states, times and our own domain names are in clear.
 */
export const directory: Migration = {
  number: 2,
  name: 'directory',
  up: ({ blob, clustered }) => [
    // `default_domain` is a copy of what the sealed settings say: lists of organisations tell it without a key.
    `CREATE TABLE directory_state (
      org TEXT NOT NULL PRIMARY KEY,
      version BIGINT NOT NULL,
      forgotten_version BIGINT NOT NULL,
      default_domain TEXT,
      sealed ${blob}
    )${clustered}`,
    // The clear columns are copies for searching: the sealed record holds them too and must agree.
    `CREATE TABLE directory_entry (
      org TEXT NOT NULL,
      id TEXT NOT NULL,
      kind TEXT NOT NULL,
      state TEXT NOT NULL,
      home TEXT NOT NULL,
      hidden BIGINT NOT NULL,
      name_key ${blob},
      provider_key ${blob},
      mailbox TEXT,
      purge_at BIGINT,
      version BIGINT NOT NULL,
      created_version BIGINT NOT NULL,
      sealed ${blob} NOT NULL,
      PRIMARY KEY (org, id)
    )`,
    'CREATE UNIQUE INDEX directory_entry_by_name ON directory_entry (org, kind, name_key)',
    'CREATE UNIQUE INDEX directory_entry_by_provider ON directory_entry (org, provider_key)',
    'CREATE UNIQUE INDEX directory_entry_by_mailbox ON directory_entry (org, mailbox)',
    'CREATE UNIQUE INDEX directory_entry_by_creation ON directory_entry (org, created_version)',
    'CREATE UNIQUE INDEX directory_entry_by_kind ON directory_entry (org, kind, created_version)',
    'CREATE UNIQUE INDEX directory_entry_by_version ON directory_entry (org, version)',
    'CREATE INDEX directory_entry_by_purge ON directory_entry (purge_at, org, id) WHERE purge_at IS NOT NULL',
    `CREATE TABLE directory_gone (
      org TEXT NOT NULL,
      version BIGINT NOT NULL,
      id TEXT NOT NULL,
      kind TEXT NOT NULL,
      PRIMARY KEY (org, version)
    )${clustered}`,
    // `domain` is set only where it is a mail domain of the organisation.
    `CREATE TABLE directory_address (
      org TEXT NOT NULL,
      address_key ${blob} NOT NULL,
      entry TEXT NOT NULL,
      kind TEXT NOT NULL,
      domain TEXT,
      PRIMARY KEY (org, address_key)
    )${clustered}`,
    'CREATE INDEX directory_address_by_entry ON directory_address (org, entry)',
    'CREATE INDEX directory_address_by_domain ON directory_address (org, domain) WHERE domain IS NOT NULL',
    `CREATE TABLE directory_attachment (
      org TEXT NOT NULL,
      entry TEXT NOT NULL,
      kind TEXT NOT NULL,
      sealed ${blob} NOT NULL,
      PRIMARY KEY (org, entry, kind)
    )`,
    `CREATE TABLE directory_member (
      org TEXT NOT NULL,
      grp TEXT NOT NULL,
      member TEXT NOT NULL,
      PRIMARY KEY (org, grp, member)
    )${clustered}`,
    'CREATE INDEX directory_member_by_member ON directory_member (org, member, grp)',
    `CREATE TABLE directory_permission (
      org TEXT NOT NULL,
      owner TEXT NOT NULL,
      grantee TEXT NOT NULL,
      rights BIGINT NOT NULL,
      PRIMARY KEY (org, owner, grantee)
    )${clustered}`,
    'CREATE INDEX directory_permission_by_grantee ON directory_permission (org, grantee, owner)',
    `CREATE TABLE resource_delegate (
      org TEXT NOT NULL,
      resource TEXT NOT NULL,
      delegate TEXT NOT NULL,
      PRIMARY KEY (org, resource, delegate)
    )${clustered}`,
    'CREATE INDEX resource_delegate_by_delegate ON resource_delegate (org, delegate, resource)',
    `CREATE TABLE folder_permission (
      org TEXT NOT NULL,
      mailbox TEXT NOT NULL,
      folder BIGINT NOT NULL,
      grantee TEXT NOT NULL,
      rights BIGINT NOT NULL,
      PRIMARY KEY (org, mailbox, folder, grantee)
    )${clustered}`,
    'CREATE INDEX folder_permission_by_grantee ON folder_permission (org, grantee, mailbox)',
    // Anybody may say that a domain is theirs; of those who have proven it there is one.
    `CREATE TABLE mail_domain (
      org TEXT NOT NULL,
      name TEXT NOT NULL,
      purpose TEXT NOT NULL,
      ownership TEXT NOT NULL,
      version BIGINT NOT NULL,
      sealed ${blob} NOT NULL,
      sealed_key ${blob} NOT NULL,
      PRIMARY KEY (org, name)
    )`,
    "CREATE UNIQUE INDEX mail_domain_by_name ON mail_domain (name) WHERE ownership = 'VERIFIED'",
    `CREATE TABLE directory_credential (
      org TEXT NOT NULL,
      entry TEXT NOT NULL,
      sealed ${blob} NOT NULL,
      PRIMARY KEY (org, entry)
    )${clustered}`,
    `CREATE TABLE access_token (
      org TEXT NOT NULL,
      id TEXT NOT NULL,
      token_key ${blob} NOT NULL,
      entry TEXT NOT NULL,
      created_version BIGINT NOT NULL,
      last_used_at BIGINT,
      sealed ${blob} NOT NULL,
      PRIMARY KEY (org, id)
    )${clustered}`,
    'CREATE UNIQUE INDEX access_token_by_key ON access_token (org, token_key)',
    'CREATE UNIQUE INDEX access_token_by_creation ON access_token (org, created_version)',
    'CREATE UNIQUE INDEX access_token_by_entry ON access_token (org, entry, created_version)',
  ],
}
